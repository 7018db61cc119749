import { expect, test } from 'vitest'
import type { Call } from '#cni/call.ts'
import type { Link } from '#kernel/link.ts'
import { readVlanConfig } from '#plugins/vlan/config.ts'
import { vlan } from '#plugins/vlan/plugin.ts'
import { FakeWorld, ipamType, sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

const config = { type: 'vlan', master: 'eth0', vlanId: 100, ipam: { type: ipamType } }

function newWorld(): FakeWorld {
  const world = new FakeWorld()
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] } })
  return world
}

async function added(keys: object = {}): Promise<{ world: FakeWorld; link: Link }> {
  const world = newWorld()
  await vlan.add(world.call({ ...config, ...keys }))
  return { world, link: world.sandbox.link('net1') }
}

function checkOf(world: FakeWorld, keys: object = {}): Call {
  const { name, mtu } = world.sandbox.link('net1')
  const prevResult = { cniVersion: '1.1.0', interfaces: [{ name, mtu, sandbox: sandboxPath }] }
  return world.call({ ...config, ...keys, prevResult })
}

test('every key is read, in any case', () => {
  const raw = { Master: 'eth0', VLANID: 4094, MTU: 1400, linkincontainer: true }
  const call = new FakeWorld().call({ ...raw, ipam: { type: 'x' }, announce: { count: 2 } })
  expect(readVlanConfig(call)).toEqual({
    master: 'eth0',
    id: 4094,
    mtu: 1400,
    isMasterInSandbox: true,
    announcements: { count: 2, intervalMs: 100 },
  })
})

test.each([
  [{ master: undefined }, 'master: expected the name of a link, found nothing'],
  [{ master: '' }, 'master: expected the name of a link, found ""'],
  [{ vlanId: 4095 }, 'vlanId: expected a whole number from 0 to 4094, found 4095'],
  [{ vlanId: -1 }, 'vlanId: expected a whole number from 0 to 4094, found -1'],
  [{ vlanId: '7' }, 'vlanId: expected a whole number from 0 to 4094, found "7"'],
  [{ mtu: 9000 }, 'mtu: expected a whole number from 0 to 1500 (the mtu of master eth0), found'],
  [{ master: 'lo' }, 'master: expected an Ethernet link, found lo, the loopback'],
  [{ ipam: {} }, 'ipam.type: expected the name of an IPAM plugin, found nothing'],
])('ADD with %j is refused: %s', async (keys, message) => {
  const world = newWorld()
  await expect(vlan.add(world.call({ ...config, ...keys }))).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringContaining(message),
  })
  expect(world.sandbox.findLink('net1')).toBeUndefined()
})

test('ADD builds on the master, in the VLAN wanted', async () => {
  const { world, link } = await added({ mtu: 1400 })
  const parent = world.kernel.host.link('eth0').index
  const expected = { kind: 'vlan', parent, parentNamespaceId: 0, vlan: { id: 100 }, mtu: 1400 }
  expect(link).toMatchObject(expected)
})

test('ADD sends every announcement but the first itself', async () => {
  const { world, link } = await added({ announce: { count: 2 } })
  expect(world.sandbox.announcements).toEqual([`${link.index} 10.1.2.3`])
})

test.each([
  ['EEXIST', 'eth0 has a link in VLAN 100, perhaps in another namespace'],
  ['EOPNOTSUPP', 'eth0 carries no VLANs'],
] as const)('ADD refused with %s by the kernel says what that can mean', async (code, hint) => {
  const world = newWorld()
  world.sandbox.createLink = () => {
    throw fakeError(code, 'create link', 'net1')
  }
  await expect(vlan.add(world.call(config))).rejects.toThrow(hint)
})

test('ADD under a name that is taken says nothing of the VLAN', async () => {
  const world = newWorld()
  world.sandbox.addLink({ name: 'net1' })
  await expect(vlan.add(world.call(config))).rejects.toThrow(/EEXIST(?!.*VLAN)/)
})

test('ADD says so when the master is down', async () => {
  const world = newWorld()
  world.sandbox.changeLink = () => {
    throw fakeError('ENETDOWN', 'change link', 'net1')
  }
  await expect(vlan.add(world.call(config))).rejects.toThrow('net1 is built on is down')
  expect(world.sandbox.findLink('net1')).toBeUndefined()
  expect(world.leases).toBe(0)
})

test('CHECK names another VLAN, mtu and master', async () => {
  const { world } = await added()
  await vlan.check(checkOf(world))
  world.kernel.host.addLink({ name: 'eth1' })
  const call = checkOf(world, { vlanId: 101, mtu: 1400, master: 'eth1' })
  await expect(vlan.check(call)).rejects.toMatchObject({
    details:
      'vlanId: expected 101, found 100; mtu: expected 1400, found 1500; master: expected eth1, found eth0',
  })
})

test('CHECK knows that a vlan on a vlan is built on just that', async () => {
  const world = newWorld()
  const { host } = world.kernel
  const outer = { name: 'outer', kind: 'vlan', parent: host.link('eth0').index, isUp: true }
  const { index } = host.addLink(outer)
  await vlan.add(world.call({ ...config, master: 'outer' }))
  expect(world.sandbox.link('net1').parent).toBe(index)
  await vlan.check(checkOf(world, { master: 'outer' }))
  await expect(vlan.check(checkOf(world))).rejects.toMatchObject({
    details: 'master: expected eth0, found outer',
  })
})

test.each([
  [{ master: 'eth7' }, 51, 'does not exist'],
  [{ mtu: 9000 }, 50, 'the mtu of master eth0'],
  [{ master: 'eth1' }, 51, 'eth1, which is down; no vlan on it has a carrier'],
])('STATUS with %j is error %d', async (keys, code, text) => {
  const world = newWorld()
  await vlan.status(world.call(config))
  world.kernel.host.addLink({ name: 'eth1', isUp: false })
  await expect(vlan.status(world.call({ ...config, ...keys }))).rejects.toMatchObject({
    code,
    msg: expect.stringContaining(text),
  })
})
