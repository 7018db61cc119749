import { beforeEach, describe, expect, test } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import { hostDevice } from '#plugins/host-device/plugin.ts'
import { sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { config, DeviceWorld, folder, mac } from './device-world.ts'

let world: DeviceWorld

beforeEach(() => {
  world = new DeviceWorld()
})

test('a device goes into the sandbox and comes back as it was', async () => {
  const { interfaces } = await world.add()
  expect(interfaces).toEqual([{ name: 'net1', mac, mtu: 1400, sandbox: sandboxPath }])
  expect(world.sandbox.link('net1')).toMatchObject({ alias: 'ens8', isUp: true })
  expect(world.host.files.modeOf(`${folder}/ens8.json`)).toBe(0o600)
  const { index } = world.sandbox.link('net1')
  const mtu = 1300
  world.sandbox.changeLink(index, { mtu, mac: parseMac('02:00:00:00:00:99') })
  await world.del()
  world.expectAsBefore()
  // Neither what the kernel makes by itself nor what was only lent.
  expect(world.addresses()).toHaveLength(2)
  await world.del()
  world.expectAsBefore()
})

test('an attachment is one to a network', async () => {
  const other = { device: 'ens9', name: 'other' }
  world.space.addLink({ name: 'ens9' })
  const netns = '/run/netns/next'
  world.kernel.addNamespace(netns)
  await world.add({}, other)
  await world.add({ netns })
  await world.del({ netns })
  world.expectBack()
  expect(world.sandbox.link('net1').alias).toBe('ens9')
})

test.each([config, { hwaddr: mac }])(
  'a device that a process was about to give back is what it was before, chosen by %j',
  async (keys) => {
    await world.add()
    world.space.changeLink(world.returnAs('ens8'), { mtu: 1500 })
    await world.add({ containerId: 'c2' }, keys)
    await world.del({ containerId: 'c2' })
    world.expectAsBefore()
  },
)

test('a device is told by its hardware address, and hardware before what is built on it', async () => {
  const { links } = world.space
  links.unshift({ ...world.space.link('ens8'), index: 77, name: 'ens8.7', kind: 'vlan' })
  await world.add({}, { hwaddr: mac })
  expect(world.sandbox.link('net1').kind).toBeUndefined()
  expect(world.space.findLink('ens8.7')).toBeDefined()
})

test('the address on the PCI bus is told', async () => {
  await world.host.files.ensureDirectory('/sys/bus/pci/devices/0000:00:03.0/net/ens8', 0o755)
  const { interfaces } = await world.add({}, { pciBusID: '0000:00:03.0' })
  expect(interfaces).toMatchObject([{ name: 'net1', pciId: '0000:00:03.0' }])
})

test('a device that a program drives stays where it is, and gets its addresses told', async () => {
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] } })
  const device = '/sys/bus/pci/devices/0000:00:03.0'
  world.host.files.putLink(`${device}/driver`, '../../drivers/vfio-pci')
  const keys = { pciBusID: '0000:00:03.0', ipam: { type: 'test-ipam' } }
  const result = await world.add({}, keys)
  expect(result.interfaces).toEqual([{ name: 'net1', sandbox: sandboxPath, pciId: '0000:00:03.0' }])
  expect(result.ips).toMatchObject([{ interface: 0 }])
  const before = [world.space.snapshot(), world.sandbox.snapshot()]
  const prevResult = { cniVersion: '1.1.0', interfaces: [{ name: 'net1', sandbox: sandboxPath }] }
  await hostDevice.check(world.about({ command: 'CHECK' }, { ...keys, prevResult }))
  await world.status(keys)
  await world.del({}, keys)
  expect(world.leases).toBe(0)
  expect([world.space.snapshot(), world.sandbox.snapshot()]).toEqual(before)
  expect(world.ipamCommands).toEqual(['ADD', 'CHECK', 'STATUS', 'DEL'])
})

describe('an ADD that fails half-way', () => {
  test('brings a link back that the kernel has moved but not renamed', async () => {
    const { moveLink } = world.space
    world.space.moveLink = (key, to) => {
      moveLink.call(world.space, key, to)
      throw fakeError('EEXIST', 'move link', `${key}`)
    }
    await expect(world.add()).rejects.toThrow('EEXIST')
    world.expectAsBefore()
  })

  test('says of a link that the kernel keeps what may be the reason', async () => {
    world.space.moveLink = (key) => {
      throw fakeError('EINVAL', 'move link', `${key}`)
    }
    await expect(world.add()).rejects.toThrow('the kernel keeps ens8 where it is')
    world.expectAsBefore()
  })

  test('leaves a process that died before it moved anything nothing to clear up', async () => {
    await world.add()
    await world.del()
    const record = JSON.stringify({ nonsense: true })
    world.host.files.put(`${folder}/ens8.json`, record)
    await world.add()
    await world.del()
    world.expectAsBefore()
  })
})

describe('a device that is taken', () => {
  test('is told with its container to whoever else wants it, by whatever key', async () => {
    await world.add()
    for (const keys of [config, { hwaddr: mac }]) {
      const other = world.add({ containerId: 'c2' }, keys)
      await expect(other).rejects.toMatchObject({
        code: 11,
        msg: expect.stringMatching(/container c1 has it as net1/),
      })
      await world.status(keys)
    }
    await world.del({ containerId: 'c2' })
    expect(world.sandbox.findLink('net1')).toBeDefined()
    await world.del()
    world.expectAsBefore()
  })

  test('keeps another that got its name from its record', async () => {
    await world.add()
    world.space.addLink({ name: 'ens8' })
    await expect(world.add({ containerId: 'c2', ifName: 'net2' })).rejects.toMatchObject({
      code: 11,
    })
    await expect(world.del()).rejects.toMatchObject({
      code: 11,
      msg: expect.stringMatching(/another link has the name/),
    })
    expect(world.sandbox.link('net1').isUp).toBe(true)
    world.space.changeLink('ens8', { name: 'squatter' })
    await world.del()
    world.expectAsBefore()
  })

  test('that is nowhere and whose record is old does not keep its name', async () => {
    await world.add()
    world.sandbox.removeLink('net1')
    const msg = expect.stringMatching(/container c1 has it as net1/)
    await expect(world.status()).rejects.toMatchObject({ code: 50, msg })
    world.space.addLink({ name: 'ens8' })
    await world.add({ containerId: 'c2' })
    await world.del()
    expect(world.sandbox.findLink('net1')).toBeDefined()
    await world.del({ containerId: 'c2' })
    expect(world.space.link('ens8').mtu).toBe(1500)
  })
})

describe('when the sandbox is gone', () => {
  test.each(['net1', 'dev7'])('a device that came back as %s gets its name back', async (name) => {
    await world.add()
    world.endSandbox(name)
    await world.del({ netns: '' })
    world.expectAsBefore()
  })

  test('DEL waits a moment for what is still on its way', async () => {
    await world.add()
    const { sleep } = world.host.clock
    world.host.clock.sleep = async (ms) => {
      await sleep.call(world.host.clock, ms)
      if (world.host.clock.monotonicMs() === 200) world.sandbox.moveLink('net1', world.space)
    }
    world.kernel.namespaces.delete(sandboxPath)
    await world.del()
    world.expectAsBefore()
  })

  test('DEL succeeds without the device, which the next ADD finds by its alias', async () => {
    await world.add()
    world.kernel.namespaces.delete(sandboxPath)
    await world.del()
    world.sandbox.moveLink('net1', world.space)
    const next = world.kernel.addNamespace('/run/netns/next')
    const other = { containerId: 'c2', netns: '/run/netns/next' }
    await world.add(other)
    expect(next.link('net1').alias).toBe('ens8')
    // The first container's DEL has nothing to do with it any more.
    await world.del()
    expect(next.findLink('net1')).toBeDefined()
    await world.del(other)
    world.expectAsBefore()
  })

  test('CNI_NETNS may be empty while it is still there', async () => {
    await world.add()
    await world.del({ netns: '' })
    world.expectAsBefore()
  })

  test('a link that goes with it leaves no record', async () => {
    const { index } = world.space.addLink({ name: 'veth7', kind: 'veth' })
    expect(index).toBeGreaterThan(0)
    await world.add({}, { device: 'veth7' })
    world.kernel.namespaces.delete(sandboxPath)
    await world.del({}, { device: 'veth7' })
    expect([world.records(), world.host.clock.sleepsMs]).toEqual([[], []])
  })
})
