import { describe, expect, test } from 'vitest'
import { dispatch } from '#cni/dispatch.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Address } from '#kernel/address.ts'
import { loopback } from '#plugins/loopback/plugin.ts'
import { FakeWorld, sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const config = { type: 'loopback' }

/** A sandbox whose loopback is down and has these addresses. */
function worldWith(...addresses: readonly string[]): FakeWorld {
  const world = new FakeWorld()
  const { index } = world.sandbox.link('lo')
  world.sandbox.changeLink(index, { isUp: false, mac: parseMac('00:00:00:00:00:00') })
  const facts = { link: index, scope: 254, isTentative: false, isDuplicate: false }
  for (const text of addresses) {
    const address: Address = { ...facts, prefix: parseIpPrefix(text), isPermanent: true }
    world.sandbox.addresses.push(address)
  }
  return world
}

function isUp(world: FakeWorld): boolean {
  return world.sandbox.link('lo').isUp
}

describe('ADD', () => {
  test('brings lo up and tells its first address of each family', async () => {
    const world = worldWith('::1/128', '127.0.0.1/8', '127.0.0.2/8')
    const result = await loopback.add(world.call(config))
    expect(isUp(world)).toBe(true)
    const mac = '00:00:00:00:00:00'
    expect(result.interfaces).toEqual([{ name: 'lo', mac, mtu: 65536, sandbox: sandboxPath }])
    expect(result.ips.map((ip) => [`${ip.address}`, ip.interface])).toEqual([
      ['127.0.0.1/8', 0],
      ['::1/128', 0],
    ])
    expect(result.routes).toEqual([])
    expect(world.kernel.openCount).toBe(0)
  })

  test('is about lo, whatever CNI_IFNAME and CNI_ARGS say', async () => {
    const world = worldWith('127.0.0.1/8')
    world.sandbox.addLink({ name: 'eth9' })
    const { interfaces } = await loopback.add(world.call(config, { ifName: 'eth9', args: 'none' }))
    expect(interfaces.map(({ name }) => name)).toEqual(['lo'])
    expect(world.sandbox.link('eth9').isUp).toBe(false)
  })

  test('looks at no other link for addresses', async () => {
    const world = worldWith('127.0.0.1/8')
    const { index: link } = world.sandbox.addLink({ name: 'net1' })
    world.sandbox.addAddress({ link, prefix: parseIpPrefix('10.1.2.3/24') })
    expect((await loopback.add(world.call(config))).ips).toHaveLength(1)
  })

  test('passes the previous result on', async () => {
    const ips = [{ address: '10.1.2.3/24', gateway: '10.1.2.1', interface: 0 }]
    const prevResult = { cniVersion: '1.1.0', interfaces: [{ name: 'net1' }], ips }
    const world = worldWith('127.0.0.1/8')
    const result = await loopback.add(world.call({ ...config, prevResult }))
    expect(isUp(world)).toBe(true)
    expect(result.interfaces).toEqual([{ name: 'net1' }])
    expect(result.ips.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
      '10.1.2.3/24 10.1.2.1',
    ])
  })

  test('does nothing when the previous result cannot be read', async () => {
    const world = worldWith()
    const call = world.call({ ...config, prevResult: { cniVersion: '0.3.0' } })
    await expect(loopback.add(call)).rejects.toThrow('prevResult.cniVersion: expected')
    expect(isUp(world)).toBe(false)
  })

  test.each(['10.1.2.3', '128.0.0.1', '126.255.255.255', '169.254.1.1', 'fd00::1', '::2'])(
    'refuses lo with the address %s, and leaves it down',
    async (address) => {
      const world = worldWith('127.0.0.1/8', `${address}/32`)
      await expect(loopback.add(world.call(config))).rejects.toMatchObject({
        code: 999,
        msg: `loopback interface found with non-loopback address "${address}"`,
        details: expect.stringContaining(`${address}/32`),
      })
      expect(isUp(world)).toBe(false)
    },
  )

  test('leaves lo up after a failure where it was up before', async () => {
    const world = worldWith('10.1.2.3/32')
    world.sandbox.changeLink('lo', { isUp: true })
    await expect(loopback.add(world.call(config))).rejects.toThrow('10.1.2.3')
    expect(isUp(world)).toBe(true)
  })

  test('leaves lo down when its addresses cannot be listed', async () => {
    const world = worldWith()
    const { listAddresses } = world.sandbox
    world.sandbox.listAddresses = (filter) => {
      if (isUp(world)) throw fakeError('EIO', 'list addresses', sandboxPath)
      return listAddresses.call(world.sandbox, filter)
    }
    await expect(loopback.add(world.call(config))).rejects.toMatchObject({ code: 'EIO' })
    expect(isUp(world)).toBe(false)
  })

  test('takes lo down again when its result cannot be told', async () => {
    const world = worldWith('127.0.0.1/8')
    const host = new FakeHost({
      program: 'loopback',
      environment: {
        CNI_COMMAND: 'ADD',
        CNI_CONTAINERID: 'c1',
        CNI_NETNS: sandboxPath,
        CNI_IFNAME: 'lo',
        CNI_PATH: '/opt/cni/bin',
      },
      input: JSON.stringify({ cniVersion: '1.1.0', name: 'lo', ...config }),
    })
    host.streams.outputError = fakeError('EPIPE', 'write', 'standard output')
    const plugin = { type: 'loopback', load: async () => loopback }
    await dispatch(host, { plugin, openKernel: () => world.kernel }).catch(() => {})
    expect(isUp(world)).toBe(false)
  })

  test('needs a network namespace', async () => {
    const call = new FakeWorld().call(config, { netns: '/run/netns/nobody' })
    await expect(loopback.add(call)).rejects.toMatchObject({ code: 8 })
  })
})

describe('DEL', () => {
  test('takes lo down, once and again', async () => {
    const world = worldWith('127.0.0.1/8')
    await loopback.add(world.call(config))
    for (const _ of ['once', 'again']) {
      await loopback.del(world.call(config, { command: 'DEL', ifName: 'eth9', args: 'none' }))
      expect(isUp(world)).toBe(false)
    }
    expect(world.kernel.openCount).toBe(0)
  })

  test.each(['', '/run/netns/nobody'])('has nothing to do in the sandbox %j', async (netns) => {
    await loopback.del(new FakeWorld().call(config, { command: 'DEL', netns }))
  })

  test('does not look at the previous result', async () => {
    await loopback.del(worldWith().call({ ...config, prevResult: 7 }, { command: 'DEL' }))
  })

  test('refuses what is no network namespace', async () => {
    const world = new FakeWorld()
    world.kernel.otherFiles.add('/etc/passwd')
    const call = world.call(config, { command: 'DEL', netns: '/etc/passwd' })
    await expect(loopback.del(call)).rejects.toMatchObject({ code: 8 })
  })

  test('tells that lo cannot be taken down', async () => {
    const world = worldWith()
    world.sandbox.changeLink = () => {
      throw fakeError('EPERM', 'change link', 'lo')
    }
    const call = world.call(config, { command: 'DEL' })
    await expect(loopback.del(call)).rejects.toMatchObject({ code: 'EPERM' })
  })
})

describe('CHECK', () => {
  test('passes when lo is up, without a previous result', async () => {
    const world = worldWith('127.0.0.1/8')
    await loopback.add(world.call(config))
    await loopback.check(world.call(config, { command: 'CHECK' }))
    expect(world.kernel.openCount).toBe(0)
  })

  test('reports that lo is down', async () => {
    const call = worldWith().call(config, { command: 'CHECK' })
    await expect(loopback.check(call)).rejects.toMatchObject({
      code: 999,
      msg: 'loopback interface is down',
    })
  })

  test('needs the namespace', async () => {
    const call = new FakeWorld().call(config, { command: 'CHECK', netns: '/run/netns/nobody' })
    await expect(loopback.check(call)).rejects.toMatchObject({ code: 8 })
  })
})

test('GC and STATUS have nothing to do', async () => {
  const world = worldWith()
  await loopback.gc(world.call(config, { command: 'GC' }))
  await loopback.status(world.call(config, { command: 'STATUS' }))
  expect(isUp(world)).toBe(false)
})
