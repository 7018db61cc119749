import { expect } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import { mainTable, type Route, type RouteFilter, type RouteSpec } from '#kernel/route.ts'
import { test } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { npmNetlink } from '#test/lab/npm-netlink.ts'

const prefix = parseIpPrefix
const address = parseIpAddress

/** Two links, `eth0` and `eth1`, that are up and have addresses; their indexes. */
function links(space: Namespace): { eth0: number; eth1: number } {
  const make = (name: string, peer: string, ...prefixes: string[]): number => {
    const { index } = space.createLink({ kind: 'veth', name, isUp: true, peer: { name: peer } })
    space.changeLink(peer, { isUp: true })
    for (const text of prefixes) {
      space.addAddress({ link: index, prefix: prefix(text), skipsDuplicateDetection: true })
    }
    return index
  }
  return {
    eth0: make('eth0', 'far0', '10.0.0.1/24', '10.0.0.2/24', 'fd00::1/64', 'fd00::2/64'),
    eth1: make('eth1', 'far1', '10.0.1.1/24', 'fd00:1::1/64'),
  }
}

/** All that `ip route` says of a destination, in every table. */
function witnessed(witness: LabNamespace, destination: string): unknown[] {
  const family = destination.includes(':') ? 6 : 4
  return witness.routes(family, 'all').filter(({ dst }) => dst === destination)
}

const to = (list: readonly Route[], destination: string): Route[] =>
  list.filter((route) => route.destination.equals(prefix(destination)))

interface Addition {
  readonly title: string
  readonly spec: Omit<RouteSpec, 'destination' | 'gateway' | 'source'>
  readonly gateway?: string
  readonly source?: string
  /** What `ip route` shows, for both families. */
  readonly seen: object
}

const additions: readonly Addition[] = [
  { title: 'by a link alone', spec: {}, seen: { dev: 'eth0' } },
  { title: 'by a gateway', spec: {}, gateway: '9', seen: { dev: 'eth0', gateway: '9' } },
  {
    title: 'with a priority',
    spec: { priority: 77 },
    gateway: '9',
    seen: { metric: 77, gateway: '9' },
  },
  {
    title: 'with an MTU and a segment size',
    spec: { mtu: 1400, advmss: 1300 },
    gateway: '9',
    seen: { metrics: [{ mtu: 1400, advmss: 1300 }] },
  },
  { title: 'with a source', spec: {}, source: '2', seen: { prefsrc: '2' } },
  { title: 'in a table', spec: { table: 100 }, gateway: '9', seen: { table: '100' } },
  { title: 'in a table above 255', spec: { table: 70_000 }, seen: { table: '70000' } },
  { title: 'of another protocol', spec: { protocol: 4 }, seen: { protocol: 'static' } },
]

const families = [
  { family: 4, destination: '10.9.0.0/16', host: (last: string) => `10.0.0.${last}` },
  { family: 6, destination: 'fd00:9::/48', host: (last: string) => `fd00::${last}` },
] as const

const matrix = families.flatMap((one) => additions.map((addition) => ({ ...one, ...addition })))

test.for(matrix)(
  'adds an IPv$family route $title',
  ({ destination, host, spec, gateway, source, seen }, { space, witness }) => {
    const { eth0 } = links(space)
    const route: RouteSpec = {
      ...spec,
      destination: prefix(destination),
      link: eth0,
      ...(gateway === undefined ? {} : { gateway: address(host(gateway)) }),
      ...(source === undefined ? {} : { source: address(host(source)) }),
    }
    space.addRoute(route)
    const full = Object.entries(seen).map(([key, value]) =>
      key === 'gateway' || key === 'prefsrc' ? [key, host(value)] : [key, value],
    )
    expect(witnessed(witness, destination)).toEqual([
      expect.objectContaining(Object.fromEntries(full)),
    ])
    expect(to(space.listRoutes(), destination)).toEqual([expect.objectContaining(route)])
    expect(space.removeRoute(route)).toBe(true)
    expect(witnessed(witness, destination)).toEqual([])
    expect(space.removeRoute(route)).toBe(false)
  },
)

test('adds an IPv4 route of a scope', ({ space, witness }) => {
  const route = { destination: prefix('10.9.0.0/16'), link: links(space).eth0, scope: 253 }
  space.addRoute(route)
  expect(witnessed(witness, '10.9.0.0/16')).toMatchObject([{ dev: 'eth0', scope: 'link' }])
  expect(to(space.listRoutes(), '10.9.0.0/16')).toMatchObject([{ scope: 253 }])
  expect(space.removeRoute(route)).toBe(true)
})

test.for(['192.0.2.1', '2001:db8::1'])(
  'adds a route by a gateway %s that no prefix covers',
  (text, { space, witness }) => {
    const { eth0 } = links(space)
    const gateway = address(text)
    const destination = gateway.family === 4 ? '10.9.0.0/16' : 'fd00:9::/48'
    const route = { destination: prefix(destination), gateway, link: eth0 }
    expect(() => space.addRoute(route)).toThrow(/ENETUNREACH|EHOSTUNREACH/)
    space.addRoute({ ...route, isOnlink: true })
    expect(witnessed(witness, destination)).toMatchObject([{ gateway: text, flags: ['onlink'] }])
    expect(to(space.listRoutes(), destination)).toMatchObject([{ isOnlink: true }])
    expect(space.removeRoute(route)).toBe(true)
  },
)

test('adds an IPv4 route by an IPv6 gateway', ({ space, witness }) => {
  const route = {
    destination: prefix('10.9.0.0/16'),
    gateway: address('fd00::9'),
    link: links(space).eth0,
  }
  space.addRoute(route)
  expect(witnessed(witness, '10.9.0.0/16')).toMatchObject([
    { via: { family: 'inet6', host: 'fd00::9' }, dev: 'eth0' },
  ])
  expect(to(space.listRoutes(), '10.9.0.0/16')).toMatchObject([{ gateway: address('fd00::9') }])
  expect(space.removeRoute(route)).toBe(true)
})

const types = ['blackhole', 'unreachable', 'prohibit', 'throw'] as const

test.for(types)('adds routes of type %s', (type, { space, witness }) => {
  for (const destination of ['10.9.0.0/16', 'fd00:9::/48']) {
    const route = { destination: prefix(destination), type }
    space.addRoute(route)
    expect(witnessed(witness, destination)).toMatchObject([{ type }])
    expect(to(space.listRoutes(), destination)).toMatchObject([{ type }])
    expect(space.removeRoute(route)).toBe(true)
    expect(witnessed(witness, destination)).toEqual([])
  }
})

test('adds default routes of both families', ({ space, witness }) => {
  const { eth0 } = links(space)
  for (const [all, gateway] of [
    ['0.0.0.0/0', '10.0.0.9'],
    ['::/0', 'fd00::9'],
  ] as const) {
    const route = { destination: prefix(all), gateway: address(gateway), link: eth0 }
    space.addRoute(route)
    const { family } = route.gateway
    const shown = witness.routes(family).filter(({ dst }) => dst === 'default')
    expect(shown).toMatchObject([{ gateway, dev: 'eth0' }])
    expect(to(space.listRoutes(), all)).toMatchObject([{ gateway: route.gateway, link: eth0 }])
    expect(space.removeRoute({ destination: prefix(all) })).toBe(true)
  }
})

test('finds the link by the gateway when it is told none', ({ space }) => {
  const { eth1 } = links(space)
  space.addRoute({ destination: prefix('10.9.0.0/16'), gateway: address('10.0.1.9') })
  expect(to(space.listRoutes(), '10.9.0.0/16')).toMatchObject([{ link: eth1 }])
})

test('clears the host bits of a destination', ({ space, witness }) => {
  const route = { destination: prefix('10.9.3.4/16'), link: links(space).eth0 }
  space.addRoute(route)
  expect(witnessed(witness, '10.9.0.0/16')).toHaveLength(1)
  expect(space.removeRoute(route)).toBe(true)
})

test('adds a route beside others to the same destination', ({ space, witness }) => {
  const { eth0, eth1 } = links(space)
  const destination = prefix('10.9.0.0/16')
  space.addRoute({ destination, link: eth0, gateway: address('10.0.0.9') })
  space.addRoute({ destination, link: eth1, gateway: address('10.0.1.9') })
  space.addRoute({ destination, link: eth0, gateway: address('10.0.0.9'), priority: 5 })
  expect(witnessed(witness, '10.9.0.0/16')).toHaveLength(3)
  expect(space.removeRoute({ destination, priority: 5 })).toBe(true)
  expect(space.removeRoute({ destination, link: eth1 })).toBe(true)
  expect(witnessed(witness, '10.9.0.0/16')).toMatchObject([{ dev: 'eth0', gateway: '10.0.0.9' }])
})

test.for(['10.9.0.0/16', 'fd00:9::/48'])(
  'refuses the route to %s that is there',
  (text, { space }) => {
    const { eth0 } = links(space)
    const gateway = address(text.includes(':') ? 'fd00::9' : '10.0.0.9')
    const route = { destination: prefix(text), link: eth0, gateway }
    space.addRoute(route)
    expect(() => space.addRoute(route)).toThrow(
      `add route ${text} via ${gateway} on link ${eth0} in ${space.path}: EEXIST file exists`,
    )
  },
)

test("an error carries the kernel's own explanation", ({ space }) => {
  links(space)
  const down = space.createLink({ kind: 'bridge', name: 'br0' }).index
  const destination = prefix('10.9.0.0/16')
  expect(() => space.addRoute({ destination, gateway: address('192.0.2.1') })).toThrow(
    `add route 10.9.0.0/16 via 192.0.2.1 in ${space.path}: ENETUNREACH network is unreachable — Nexthop has invalid gateway`,
  )
  expect(() => space.addRoute({ destination, link: down, table: 1000 })).toThrow(
    `add route 10.9.0.0/16 on link ${down} table 1000 in ${space.path}: ENETDOWN network is down — Device for nexthop is not up`,
  )
})

test('lists the next hops of a route that has several', ({ space, witness }) => {
  const { eth0, eth1 } = links(space)
  for (const [family, destination, one, two] of [
    ['-4', '10.9.0.0/16', '10.0.0.9', '10.0.1.9'],
    ['-6', 'fd00:9::/48', 'fd00::9', 'fd00:1::9'],
  ] as const) {
    const hop = (via: string, dev: string, weight: string): string[] => [
      ...['nexthop', 'via', via, 'dev', dev, 'weight', weight],
    ]
    const hops = [...hop(one, 'eth0', '3'), ...hop(two, 'eth1', '1')]
    witness.ip(family, 'route', 'add', destination, 'mtu', '1400', ...hops)
    const [route, ...others] = to(space.listRoutes(), destination)
    expect(others).toEqual([])
    expect(route).toMatchObject({ table: mainTable, mtu: 1400 })
    expect(route?.nextHops).toEqual([
      { link: eth0, gateway: address(one), weight: 3, isOnlink: false },
      { link: eth1, gateway: address(two), weight: 1, isOnlink: false },
    ])
    expect(route).not.toHaveProperty('gateway')
    expect(route).not.toHaveProperty('link')
  }
})

test('lists routes by family, table and link', ({ space }) => {
  const { eth0, eth1 } = links(space)
  const given: RouteSpec[] = [
    { destination: prefix('10.9.0.0/16'), link: eth0 },
    { destination: prefix('10.10.0.0/16'), link: eth1 },
    { destination: prefix('10.11.0.0/16'), link: eth0, table: 70_000 },
    { destination: prefix('fd00:9::/48'), link: eth0 },
    { destination: prefix('fd00:11::/48'), link: eth1, table: 70_000 },
  ]
  for (const route of given) space.addRoute(route)
  const list = (filter: RouteFilter): string[] =>
    space
      .listRoutes(filter)
      .map(({ destination }) => destination.toString())
      .filter((text) => given.some(({ destination }) => destination.toString() === text))
  expect(list({})).toHaveLength(5)
  expect(list({ family: 4 }).sort()).toEqual(['10.10.0.0/16', '10.11.0.0/16', '10.9.0.0/16'])
  expect(list({ family: 6 }).sort()).toEqual(['fd00:11::/48', 'fd00:9::/48'])
  expect(list({ table: 70_000 })).toEqual(['10.11.0.0/16', 'fd00:11::/48'])
  expect(list({ table: mainTable, family: 6 })).toEqual(['fd00:9::/48'])
  expect(list({ link: eth1 })).toEqual(['10.10.0.0/16', 'fd00:11::/48'])
  expect(list({ link: eth0, table: 70_000 })).toEqual(['10.11.0.0/16'])
})

test('a table nobody has put a route into is empty', ({ space }) => {
  expect(space.listRoutes({ table: 4711 })).toEqual([])
})

test('lists just as npm netlink does', ({ space, witness }) => {
  // Routes to link-local addresses of the kernel's own would come at a time of their own.
  space.writeSysctl('net/ipv6/conf/default/addr_gen_mode', '1')
  const { eth0 } = links(space)
  witness.ip('route', 'add', '10.9.0.0/16', 'via', '10.0.0.9', 'mtu', '1400', 'advmss', '1300')
  witness.ip('route', 'add', 'default', 'via', '10.0.0.9', 'metric', '5', 'src', '10.0.0.2')
  witness.ip('-6', 'route', 'add', 'default', 'via', 'fd00::9', 'table', '1000')
  witness.ip('route', 'add', 'blackhole', '10.66.0.0/16')
  const ours = space.listRoutes().map((route) => ({
    destination: route.destination.toString(),
    table: route.table,
    link: route.link,
    gateway: route.gateway?.toString(),
    source: route.source?.toString(),
    priority: route.priority,
    mtu: route.mtu,
    advmss: route.advmss,
  }))
  const sorted = <T>(list: readonly T[]): string[] => list.map((one) => JSON.stringify(one)).sort()
  expect(ours.filter(({ link }) => link === eth0).length).toBeGreaterThan(10)
  expect(sorted(ours)).toEqual(sorted(npmNetlink(witness).routes))
})
