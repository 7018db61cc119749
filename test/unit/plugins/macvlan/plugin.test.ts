import { expect, test } from 'vitest'
import { dispatch } from '#cni/dispatch.ts'
import { defaultPrefix } from '#ip/prefix.ts'
import type { Link } from '#kernel/link.ts'
import { macvlan } from '#plugins/macvlan/plugin.ts'
import { FakeWorld, ipamType, sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { watchPorts } from '#test/lab/faults.ts'

const master = 'eth0'

function prevResult(link: Link): object {
  const { name, mac, mtu } = link
  return { cniVersion: '1.1.0', interfaces: [{ name, mac, mtu, sandbox: sandboxPath }] }
}

async function addedWorld(config: object): Promise<{ world: FakeWorld; link: Link }> {
  const world = new FakeWorld()
  await macvlan.add(world.call(config))
  return { world, link: world.sandbox.link('net1') }
}

test('ADD builds on the master of the host in the mode wanted', async () => {
  const { world, link } = await addedWorld({ master, mode: 'vepa' })
  expect(link).toMatchObject({
    kind: 'macvlan',
    parent: world.kernel.host.link('eth0').index,
    parentNamespaceId: 0,
    macvlan: { mode: 'vepa' },
    mtu: 1500,
  })
})

test('ADD applies mtu, mac and the length of the broadcast queue', async () => {
  const mac = '02:00:00:00:00:77'
  const { link } = await addedWorld({ master, mtu: 1400, mac, bcqueuelen: 5000 })
  expect(link).toMatchObject({ mtu: 1400, mac, macvlan: { broadcastQueueLength: 5000 } })
})

test('ADD leaves to the kernel what is not configured', async () => {
  const world = new FakeWorld()
  const specs: object[] = []
  const { createLink } = world.sandbox
  world.sandbox.createLink = (spec) => {
    specs.push(spec)
    return createLink.call(world.sandbox, spec)
  }
  await macvlan.add(world.call({ master }))
  const parent = { index: world.kernel.host.link('eth0').index, namespace: world.kernel.host }
  expect(specs).toEqual([{ name: 'net1', kind: 'macvlan', parent, macvlan: { mode: 'bridge' } }])
})

test('ADD without a master builds on the link of the default route', async () => {
  const world = new FakeWorld()
  const { index } = world.kernel.host.addLink({ name: 'uplink' })
  world.kernel.host.addRoute({ destination: defaultPrefix(4), link: index })
  await macvlan.add(world.call({}))
  expect(world.sandbox.link('net1').parent).toBe(index)
})

test('ADD with linkInContainer looks for the master in the sandbox alone', async () => {
  const world = new FakeWorld()
  const { index } = world.sandbox.addLink({ name: 'eth0' })
  await macvlan.add(world.call({ master, linkInContainer: true }))
  expect(world.sandbox.link('net1')).toMatchObject({ parent: index })
  expect(world.sandbox.link('net1')).not.toHaveProperty('parentNamespaceId')

  world.kernel.host.addLink({ name: 'eth9' })
  await expect(
    macvlan.add(world.call({ master: 'eth9', linkInContainer: true }, { ifName: 'net2' })),
  ).rejects.toThrow('master: expected the name of a link of the sandbox, found "eth9"')
})

test.each([
  [
    { master: 'eth7' },
    'master: expected the name of a link of the host, found "eth7", which does not exist',
  ],
  [
    {},
    'master: expected the name of a link of the host, which has no default route to tell one, found nothing',
  ],
  [{ master: 'lo' }, 'master: expected an Ethernet link, found lo, the loopback'],
  [
    { master, mtu: 9000 },
    'mtu: expected a whole number from 0 to 1500 (the mtu of master eth0), found 9000',
  ],
])('ADD with %j is error 7 and leaves nothing', async (config, message) => {
  const world = new FakeWorld()
  const before = world.sandbox.snapshot()
  await expect(macvlan.add(world.call(config))).rejects.toMatchObject({
    name: 'ConfigError',
    message,
  })
  expect(world.sandbox.snapshot()).toEqual(before)
  expect(world.kernel.openCount).toBe(0)
})

test.each([
  ['EBUSY', 'eth0 gives its frames to a bridge'],
  ['EINVAL', 'eth0 must be an Ethernet link, and a passthru macvlan its only one'],
] as const)('ADD refused with %s by the kernel says what that can mean', async (code, hint) => {
  const world = new FakeWorld()
  world.sandbox.createLink = () => {
    throw fakeError(code, 'create link', 'net1')
  }
  await expect(macvlan.add(world.call({ master }))).rejects.toThrow(hint)
})

test('ADD with an address asks the kernel for nothing it can do without', async () => {
  const world = new FakeWorld()
  const ips = [{ address: '10.1.2.3/24', gateway: '10.1.2.1' }]
  world.installIpam({ ADD: { cniVersion: '1.1.0', ips, routes: [{ dst: '0.0.0.0/0' }] } })
  const { kernel, host, calls } = watchPorts(world)
  await macvlan.add(world.call({ master, ipam: { type: ipamType } }, { kernel, host }))
  expect(calls.filter((name) => !name.includes('.'))).toEqual([
    'openNamespace',
    'currentNamespace',
    'findLink',
    'createLink',
    'writeSysctl',
    'writeSysctl',
    'addAddress',
    'changeLink',
    'addRoute',
  ])
})

test('ADD in a version that cannot express a link without addresses leaves nothing', async () => {
  const world = new FakeWorld()
  const before = world.sandbox.snapshot()
  const host = new FakeHost({
    input: world.call({ master, cniVersion: '0.2.0' }).configText,
    environment: {
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: sandboxPath,
      CNI_IFNAME: 'net1',
      CNI_PATH: '/opt/cni/bin',
    },
  })
  const plugin = { type: 'macvlan', load: async () => macvlan }
  expect(await dispatch(host, { plugin, openKernel: () => world.kernel })).toBe(1)
  expect(host.streams.output).toContain('cannot convert: no valid IP addresses')
  expect(world.sandbox.snapshot()).toEqual(before)
})

test('CHECK of what ADD made succeeds', async () => {
  const { world, link } = await addedWorld({ master })
  await macvlan.check(world.call({ master, prevResult: prevResult(link) }))
})

test('CHECK names another mode and another master', async () => {
  const { world, link } = await addedWorld({ master })
  world.kernel.host.addLink({ name: 'eth1' })
  const config = { master: 'eth1', mode: 'private', prevResult: prevResult(link) }
  await expect(macvlan.check(world.call(config))).rejects.toMatchObject({
    details: 'mode: expected private, found bridge; master: expected eth1, found eth0',
  })
})

test('CHECK of a macvlan in the sandbox is not satisfied with one on a link of the host', async () => {
  const world = new FakeWorld()
  const { index } = world.kernel.host.addLink({ name: 'eth1' })
  await macvlan.add(world.call({ master: 'eth1' }))
  world.sandbox.addLink({ name: 'twin', index })
  const config = { linkInContainer: true, prevResult: prevResult(world.sandbox.link('net1')) }
  await expect(macvlan.check(world.call({ ...config, master: 'twin' }))).rejects.toThrow(
    'master: expected twin, found a link elsewhere',
  )
})

test('CHECK knows that a macvlan on a macvlan is built on the latter’s master', async () => {
  const { world, link } = await addedWorld({ master })
  const { host } = world.kernel
  host.addLink({ name: 'shim', kind: 'macvlan', parent: host.link('eth0').index })
  await macvlan.check(world.call({ master: 'shim', prevResult: prevResult(link) }))
})

test('STATUS of a master that is there and up is good', async () => {
  const world = new FakeWorld()
  await macvlan.status(world.call({ master }))
  expect(world.kernel.openCount).toBe(0)
})

test('STATUS does not judge a master that is in the sandbox', async () => {
  await macvlan.status(new FakeWorld().call({ master: 'eth7', linkInContainer: true }))
})

test.each([
  [{ master: 'eth7' }, 51, '"eth7", which does not exist'],
  [{}, 50, 'no default route'],
  [{ master, mtu: 9000 }, 50, 'the mtu of master eth0'],
  [{ master: 'eth1' }, 51, 'expected a link that is up, found eth1, which is down'],
])('STATUS with %j is error %d', async (config, code, text) => {
  const world = new FakeWorld()
  world.kernel.host.addLink({ name: 'eth1', isUp: false })
  await expect(macvlan.status(world.call(config))).rejects.toMatchObject({
    code,
    msg: expect.stringContaining(text),
  })
})
