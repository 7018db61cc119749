import { describe, expect, test } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import { defaultPrefix } from '#ip/prefix.ts'
import type { IpvlanData, Link } from '#kernel/link.ts'
import { ipvlan } from '#plugins/ipvlan/plugin.ts'
import { FakeWorld, ipamType, sandboxPath } from '#test/lab/fake-call.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

const mac = parseMac('02:00:00:00:00:10')
const ipam = { type: ipamType }
const config = { type: 'ipvlan', master: 'uplink', ipam }
const ips = [{ address: '10.1.2.3/24' }]

/** A world with an `uplink`, and an IPAM plugin that gives an address. */
class World extends FakeWorld {
  readonly uplink: Link

  constructor() {
    super()
    this.uplink = this.kernel.host.addLink({ name: 'uplink', isUp: true, mac })
    this.installIpam({ ADD: { cniVersion: '1.1.0', ips } })
    this.host.files.put(sandboxPath)
  }

  /** Another container of the runtime. */
  neighbour(name: string): FakeNamespace {
    this.host.files.put(`/run/netns/${name}`)
    return this.kernel.addNamespace(`/run/netns/${name}`)
  }

  /** An ipvlan as one on `uplink` looks in a container. */
  sibling(data: IpvlanData, more: Partial<Link> = {}): Partial<Link> & { readonly name: string } {
    const parent = { parent: this.uplink.index, parentNamespaceId: 0 }
    return { name: 'net7', kind: 'ipvlan', mac, ipvlan: data, ...parent, ...more }
  }
}

async function added(keys: object = {}): Promise<{ world: World; link: Link }> {
  const world = new World()
  await ipvlan.add(world.call({ ...config, ...keys }))
  return { world, link: world.sandbox.link('net1') }
}

function prevResult(link: Link): object {
  const { name, mtu } = link
  return { cniVersion: '1.1.0', interfaces: [{ name, mtu, sandbox: sandboxPath }] }
}

test('ADD builds on the master in the mode and with the flag wanted', async () => {
  const { world, link } = await added({ mode: 'l3s', flag: 'vepa', mtu: 9000 })
  expect(link).toMatchObject({
    kind: 'ipvlan',
    parent: world.uplink.index,
    parentNamespaceId: 0,
    ipvlan: { mode: 'l3s', flag: 'vepa' },
    mtu: 9000,
  })
})

test.each([
  ['l2', '1'],
  ['l3', '0'],
  ['l3s', '0'],
])('ADD in mode %s has the kernel announce: %s', async (mode, value) => {
  const { world } = await added({ mode })
  expect(world.sandbox.readSysctl('net/ipv4/conf/net1/arp_notify')).toBe(value)
  expect(world.sandbox.announcements).toEqual([])
})

test('ADD sends every announcement but the first itself', async () => {
  const { world, link } = await added({ announce: { count: 3 } })
  expect(world.sandbox.announcements).toEqual(Array(2).fill(`${link.index} 10.1.2.3`))
})

test.each([
  ['EBUSY', 'uplink gives its frames to macvlans'],
  ['EINVAL', 'uplink must be an Ethernet link'],
] as const)('ADD refused with %s by the kernel says what that can mean', async (code, hint) => {
  const world = new World()
  world.sandbox.createLink = () => {
    throw fakeError(code, 'create link', 'net1')
  }
  await expect(ipvlan.add(world.call(config))).rejects.toThrow(hint)
})

describe('beside other ipvlans on the master', () => {
  const l3: IpvlanData = { mode: 'l3', flag: 'bridge' }
  const places: [string, (world: World) => void, string][] = [
    [
      'in the host',
      ({ kernel, uplink }) =>
        kernel.host.addLink({ name: 'net7', kind: 'ipvlan', ipvlan: l3, parent: uplink.index }),
      '/proc/thread-self/ns/net',
    ],
    ['in the sandbox', (world) => world.sandbox.addLink(world.sibling(l3)), sandboxPath],
    [
      'in another container',
      (world) => world.neighbour('red').addLink(world.sibling(l3)),
      '/run/netns/red',
    ],
  ]

  test.each(places)('ADD refuses another mode than that of one %s', async (_, put, place) => {
    const world = new World()
    world.neighbour('green')
    put(world)
    await expect(ipvlan.add(world.call(config))).rejects.toMatchObject({
      name: 'ConfigError',
      message: `mode: expected l3, which all ipvlans on uplink share with net7 in ${place}, found l2`,
    })
    expect(world.sandbox.findLink('net1')).toBeUndefined()
    expect(world.ipamCommands).toEqual([])
    await ipvlan.add(world.call({ ...config, mode: 'l3' }))
    expect(world.kernel.openCount).toBe(0)
  })

  test('ADD refuses another flag', async () => {
    const world = new World()
    world.neighbour('red').addLink(world.sibling({ mode: 'l2', flag: 'private' }))
    await expect(ipvlan.add(world.call(config))).rejects.toThrow('flag: expected private, which')
  })

  test('ADD passes over flags that a kernel does not tell', async () => {
    const world = new World()
    world.neighbour('red').addLink(world.sibling({ mode: 'l2' }))
    await ipvlan.add(world.call({ ...config, flag: 'private' }))
  })

  test('ADD passes over ipvlans on other masters, and files that are no namespaces', async () => {
    const world = new World()
    const red = world.neighbour('red')
    red.addLink(world.sibling(l3, { parent: 77 }))
    red.addLink(world.sibling(l3, { mac: parseMac('02:00:00:00:00:11') }))
    red.addLink({ name: 'net9', kind: 'ipvlan', ipvlan: l3, mac, parent: world.uplink.index })
    world.host.files.put('/run/netns/leftover')
    world.kernel.otherFiles.add('/run/netns/leftover')
    world.host.files.put('/run/netns/going')
    await ipvlan.add(world.call(config))
    expect(world.kernel.openCount).toBe(0)
  })

  test('ADD on an ipvlan refuses another mode than that has', async () => {
    const world = new World()
    world.kernel.host.addLink({ name: 'shim', kind: 'ipvlan', ipvlan: l3, isUp: true })
    await expect(ipvlan.add(world.call({ ...config, master: 'shim' }))).rejects.toThrow(
      'mode: expected l3, which all ipvlans on shim share with shim in',
    )
  })

  test('ADD with linkInContainer looks in the sandbox alone', async () => {
    const world = new World()
    const parent = world.sandbox.addLink({ name: 'uplink', mac }).index
    world.neighbour('red').addLink(world.sibling(l3, { parent }))
    const inside = { ...config, linkInContainer: true }
    await ipvlan.add(world.call(inside))
    const second = world.call({ ...inside, mode: 'l3' }, { ifName: 'net2' })
    await expect(ipvlan.add(second)).rejects.toThrow(`share with net1 in ${sandboxPath}`)
  })
})

describe('in a list', () => {
  const chained = { type: 'ipvlan' }
  const previous = (...interfaces: readonly object[]) => {
    const routes = [{ dst: '10.9.0.0/16' }]
    return { cniVersion: '1.1.0', interfaces, ips: [{ ...ips[0], interface: 0 }], routes }
  }

  test('ADD takes master, addresses and routes from the result before it', async () => {
    const world = new World()
    const before = previous({ name: '' }, { name: 'uplink' })
    const result = await ipvlan.add(world.call({ ...chained, prevResult: before }))
    expect(world.sandbox.link('net1').parent).toBe(world.uplink.index)
    expect(result.interfaces).toMatchObject([{ name: 'net1', sandbox: sandboxPath }])
    expect(result.ips.map((ip) => [`${ip.address}`, ip.interface])).toEqual([['10.1.2.3/24', 0]])
    expect(world.sandbox.addresses.map(({ prefix }) => `${prefix}`)).toEqual(['10.1.2.3/24'])
    expect(world.sandbox.routes.map(({ destination }) => `${destination}`)).toEqual(['10.9.0.0/16'])
    expect(world.ipamCommands).toEqual([])
  })

  test('ADD prefers the addresses of its own IPAM plugin, and its own master', async () => {
    const world = new World()
    const prevResult = { ...previous({ name: 'eth7' }), ips: [{ address: '10.7.7.7/24' }] }
    const result = await ipvlan.add(world.call({ ...config, prevResult }))
    expect(result.ips.map((ip) => `${ip.address}`)).toEqual(['10.1.2.3/24'])
  })

  test.each([
    [[], 'found none'],
    [[{ name: 'br0' }, { name: 'veth0' }], 'found br0 in the host, veth0 in the host'],
    [[{ name: 'uplink', sandbox: '/run/netns/pod' }], 'found uplink in /run/netns/pod'],
  ])('ADD without a master does not guess between %j', async (interfaces, found) => {
    const world = new World()
    const call = world.call({ ...chained, prevResult: previous(...interfaces) })
    await expect(ipvlan.add(call)).rejects.toThrow(
      `prevResult.interfaces: expected a single link, of the host, to be the master; or the key master, ${found}`,
    )
  })

  const withoutAddresses = { cniVersion: '1.1.0', interfaces: [{ name: 'uplink' }] }
  test.each([
    ['without a list', {}],
    ['without addresses', { prevResult: withoutAddresses }],
  ])('ADD %s asks for an IPAM plugin', async (_, keys) => {
    const world = new World()
    const call = world.call({ ...chained, master: 'uplink', ...keys })
    await expect(ipvlan.add(call)).rejects.toThrow('ipam.type: expected the name of an IPAM plugin')
    expect(world.sandbox.findLink('net1')).toBeUndefined()
  })

  test('CHECK does not look at a master that the configuration does not name', async () => {
    const { world, link } = await added()
    await ipvlan.check(world.call({ ...chained, prevResult: prevResult(link) }))
  })

  test('STATUS does not look for a master that the list will make', async () => {
    const world = new World()
    await ipvlan.status(world.call(chained))
    await expect(ipvlan.status(world.call({ ...chained, ipam }))).rejects.toMatchObject({
      code: 50,
    })
    world.kernel.host.addRoute({ destination: defaultPrefix(4), link: world.uplink.index })
    await ipvlan.status(world.call({ ...chained, ipam }))
  })
})

test('CHECK names another mode, flag and master', async () => {
  const { world, link } = await added()
  const keys = { ...config, master: 'eth0', mode: 'l3', flag: 'vepa', ipam: {} }
  await ipvlan.check(world.call({ ...config, ipam: {}, prevResult: prevResult(link) }))
  const call = world.call({ ...keys, prevResult: prevResult(link) })
  await expect(ipvlan.check(call)).rejects.toMatchObject({
    details:
      'mode: expected l3, found l2; flag: expected vepa, found bridge; master: expected eth0, found uplink',
  })
})

test('CHECK knows that an ipvlan on an ipvlan is built on the latter’s master', async () => {
  const { world, link } = await added()
  world.kernel.host.addLink({ name: 'shim', kind: 'ipvlan', parent: world.uplink.index })
  await ipvlan.check(world.call({ ...config, master: 'shim', prevResult: prevResult(link) }))
})

test('STATUS tells of pods that are cut off', async () => {
  await expect(
    ipvlan.status(new World().call({ ...config, master: 'eth7' })),
  ).rejects.toMatchObject({ code: 51 })
})
