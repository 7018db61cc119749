import { beforeEach, describe, expect, test } from 'vitest'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { hostDevice } from '#plugins/host-device/plugin.ts'
import { sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { config, DeviceWorld, folder, mac } from './device-world.ts'

let world: DeviceWorld

beforeEach(() => {
  world = new DeviceWorld()
})

describe('what the reference plugin took', () => {
  function takeAsReference(): void {
    world.space.moveLink('ens8', world.sandbox, 'net1')
    world.sandbox.changeLink('net1', { alias: 'ens8', isUp: true })
  }
  const expectHome = () => {
    expect(world.space.link('ens8')).toMatchObject({ isUp: false, mac })
    expect(world.space.link('ens8').alias).toBeUndefined()
  }

  test('comes back under its name, down', async () => {
    takeAsReference()
    await world.del()
    expectHome()
  })

  test('comes back from a sandbox that is gone, too', async () => {
    takeAsReference()
    world.endSandbox()
    await world.del()
    expectHome()
  })

  test('is found by an ADD after its sandbox is gone', async () => {
    takeAsReference()
    world.endSandbox('dev9')
    world.kernel.namespaces.set(sandboxPath, world.sandbox)
    await world.add()
    await world.del()
    expectHome()
  })

  test.each<[string, Partial<Link>]>([
    ['has another alias than the device', { alias: 'words of a person' }],
    ['has no alias', {}],
    ['has a name of nobody as its alias', { alias: 'a/b' }],
  ])('is not a link that %s', async (_, facts) => {
    world.sandbox.addLink({ name: 'net1', ...facts })
    await world.del()
    await world.del({}, { pciBusID: '0000:00:03.0', ...(facts.alias?.includes(' ') ? config : {}) })
    expect(world.sandbox.findLink('net1')).toBeDefined()
  })

  test('is not a link of the host that is in use, whatever its alias', async () => {
    world.space.removeLink('ens8')
    world.space.addLink({ name: 'ens9', alias: 'ens8', isUp: true })
    await expect(world.add()).rejects.toThrow('device: expected a network device of the host')
    await world.del()
    expect(world.space.link('ens9').alias).toBe('ens8')
  })
})

test('a damaged record is told once, and the device comes back', async () => {
  await world.add()
  world.host.files.put(`${folder}/ens8.json`, '{"device":"ens8"')
  await expect(world.del()).rejects.toThrow(`read ${folder}/ens8.json: the file is damaged`)
  expect(world.space.link('ens8')).toMatchObject({ isUp: false })
  expect(world.records()).toEqual([])
  await world.del()
})

test('what cannot be restored is told, and everything else is', async () => {
  await world.add()
  const { addAddress } = world.space
  world.space.addAddress = (spec) => {
    if (spec.prefix.address.family === 6) throw fakeError('EACCES', 'add address', `${spec.prefix}`)
    addAddress.call(world.space, spec)
  }
  await expect(world.del()).rejects.toThrow('fd00::1/64')
  expect(world.space.link('ens8')).toMatchObject({ isUp: true, alias: 'my uplink', mtu: 1400 })
  expect(world.records()).toEqual([])
})

test('GC gives back what no valid attachment of the network has', async () => {
  const second = world.space.addLink({ name: 'ens9', kind: 'veth' })
  world.space.addLink({ name: 'ens10', kind: 'veth' })
  await world.add()
  await world.add({ containerId: 'c2', ifName: 'net2' }, { device: second.name })
  await world.add({ containerId: 'c3', ifName: 'net3' }, { device: 'ens10', name: 'other' })
  const validAttachments = [{ containerId: 'c2', ifName: 'net2' }]
  const gc = (keys: object = {}) => {
    const asked = world.about({ command: 'GC' }, { ...config, ...keys })
    return hostDevice.gc({ ...asked, network: { ...asked.network, validAttachments } })
  }
  await gc()
  const names = (space: Namespace) => space.listLinks().map(({ name }) => name)
  expect(names(world.space)).toContain('ens8')
  expect(names(world.sandbox)).toEqual(['lo', 'net2', 'net3'])
  world.sandbox.removeLink('net3')
  await gc({ name: 'other' })
  expect(world.records()).toEqual(['ens9.json'])
  await hostDevice.gc(world.about({ command: 'GC' }))
  expect(world.records()).toEqual(['ens9.json'])
})

test('CHECK wants an alias, which tells where the device belongs', async () => {
  const { interfaces } = await world.add()
  const check = () =>
    hostDevice.check(world.about({ command: 'CHECK' }, { ...config, prevResult: { interfaces } }))
  await check()
  world.sandbox.changeLink('net1', { alias: '' })
  await expect(check()).rejects.toThrow('alias: expected the name that it has on the host')
  world.sandbox.removeLink('net1')
  await expect(check()).rejects.toThrow('link: expected net1, found none')
})

test.each([
  ['the loopback', { device: 'lo' }, 'device: expected a network device, found lo, the loopback'],
  ['a link that is not there', { device: 'ens9' }, 'found "ens9", where no link of the host is'],
  ['an address that nobody has', { hwaddr: '02:00:00:00:00:77' }, 'hwaddr: expected a network dev'],
  ['an empty bus', { pciBusID: '0000:00:09.0' }, 'pciBusID: expected a network device of the host'],
])('%s cannot be taken', async (_, keys, message) => {
  await expect(world.add({}, keys)).rejects.toThrow(message)
  expect(world.records()).toEqual([])
  await expect(world.status(keys)).rejects.toMatchObject({ code: 50 })
})
