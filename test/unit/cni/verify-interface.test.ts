import { expect, test } from 'vitest'
import { noDns, type Result, type ResultInterface, type ResultRoute } from '#cni/result.ts'
import { promisedInterface, verifyInterface } from '#cni/verify-interface.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Link } from '#kernel/link.ts'
import type { NextHop } from '#kernel/route.ts'
import { FakeWorld, sandboxPath } from '#test/lab/fake-call.ts'

const mac = parseMac('02:00:00:00:00:aa')

interface Promise {
  readonly entry?: Partial<ResultInterface>
  readonly ips?: Result['ips']
  readonly routes?: readonly ResultRoute[]
}

/** A link net1 with the address 10.1.2.3/24, and what CHECK says when an ADD promised more. */
class Scene {
  readonly world: FakeWorld = new FakeWorld()
  readonly link: Link = this.world.sandbox.addLink({ name: 'net1', mac })

  constructor() {
    const { index } = this.link
    this.world.sandbox.addAddress({ link: index, prefix: parseIpPrefix('10.1.2.3/24') })
  }

  addRoute(
    destination: string,
    gateway?: string,
    facts: { table?: number; link?: number; priority?: number } = {},
  ): void {
    this.world.sandbox.addRoute({
      destination: parseIpPrefix(destination),
      link: this.link.index,
      ...(gateway === undefined ? {} : { gateway: parseIpAddress(gateway) }),
      ...facts,
    })
  }

  differences({ entry = {}, ips = [], routes = [] }: Promise): readonly string[] {
    const call = this.world.call({})
    const interfaces = [
      { name: 'veth0' },
      { name: 'net1', sandbox: sandboxPath, mac, mtu: 1500, ...entry },
    ]
    const promised = promisedInterface(call, { interfaces, ips, routes, dns: noDns })
    return verifyInterface(this.world.sandbox, this.link, promised)
  }
}

const ip = { address: parseIpPrefix('10.1.2.3/24'), interface: 1 }
const gateway = parseIpAddress('10.1.2.1')
const defaultRoute = { destination: parseIpPrefix('0.0.0.0/0') }

test('a link that is as promised differs in nothing', () => {
  const scene = new Scene()
  scene.addRoute('0.0.0.0/0', '10.1.2.1')
  expect(scene.differences({ ips: [{ ...ip, gateway }], routes: [defaultRoute] })).toEqual([])
})

test('what else is on the link is nobody’s business', () => {
  const scene = new Scene()
  scene.world.sandbox.addAddress({ link: scene.link.index, prefix: parseIpPrefix('10.9.9.9/24') })
  scene.addRoute('10.77.0.0/16')
  expect(scene.differences({ ips: [ip] })).toEqual([])
})

test('a result without an entry for the link is refused, with the entries it has', () => {
  const world = new FakeWorld()
  const interfaces = [{ name: 'net1', sandbox: '/run/netns/other' }, { name: 'veth0' }]
  const previous = { interfaces, ips: [], routes: [], dns: noDns }
  expect(() => promisedInterface(world.call({}), previous)).toThrow(
    'prevResult.interfaces: expected an entry for net1 in /run/netns/pod, found net1 in /run/netns/other, veth0 in the host',
  )
})

test('another hardware address is named', () => {
  expect(new Scene().differences({ entry: { mac: '02-00-00-00-00-BB' } })).toEqual([
    'mac: expected 02:00:00:00:00:bb, found 02:00:00:00:00:aa',
  ])
})

test('an mtu that a later plugin changed is none of its business', () => {
  expect(new Scene().differences({ entry: { mtu: 9000 } })).toEqual([])
})

test('the spelling of a hardware address does not matter', () => {
  expect(new Scene().differences({ entry: { mac: '02-00-00-00-00-AA' } })).toEqual([])
})

test('a missing address is named beside those that are there', () => {
  const address = parseIpPrefix('10.1.2.3/16')
  expect(new Scene().differences({ ips: [{ address, interface: 1 }] })).toEqual([
    'address of net1: expected 10.1.2.3/16, found 10.1.2.3/24',
  ])
})

test('addresses of other interfaces, or of none, are not looked for', () => {
  const address = parseIpPrefix('10.99.0.1/32')
  expect(new Scene().differences({ ips: [{ address, interface: 0 }, { address }] })).toEqual([])
})

test('an address that is a network of its own needs no route', () => {
  const scene = new Scene()
  scene.world.sandbox.addAddress({ link: scene.link.index, prefix: parseIpPrefix('10.8.8.8/32') })
  expect(
    scene.differences({ ips: [{ address: parseIpPrefix('10.8.8.8/32'), interface: 1 }] }),
  ).toEqual([])
})

test('a missing route is named', () => {
  const routes = [{ ...defaultRoute, gateway, priority: 50 }]
  expect(new Scene().differences({ ips: [ip], routes })).toEqual([
    'route to 0.0.0.0/0: expected via 10.1.2.1 dev net1 metric 50, found none',
  ])
})

test('a default route by another gateway than the address’ is named beside what is there', () => {
  const scene = new Scene()
  scene.addRoute('0.0.0.0/0', '10.1.2.254')
  expect(scene.differences({ ips: [{ ...ip, gateway }], routes: [defaultRoute] })).toEqual([
    'route to 0.0.0.0/0: expected via 10.1.2.1 dev net1, found via 10.1.2.254 dev net1 table 254',
  ])
})

test('a route by another link is not the one promised', () => {
  const scene = new Scene()
  scene.addRoute('10.5.0.0/16', undefined, { link: 1 })
  const routes = [{ destination: parseIpPrefix('10.5.0.0/16') }]
  expect(scene.differences({ routes })).toEqual([
    'route to 10.5.0.0/16: expected dev net1, found dev lo table 254',
  ])
})

test('a route is looked for in its own table', () => {
  const scene = new Scene()
  scene.addRoute('0.0.0.0/0', '10.1.2.1', { table: 100 })
  expect(scene.differences({ routes: [{ ...defaultRoute, gateway, table: 100 }] })).toEqual([])
  expect(scene.differences({ routes: [{ ...defaultRoute, gateway, table: 101 }] })).toEqual([
    'route to 0.0.0.0/0: expected via 10.1.2.1 dev net1 table 101, found via 10.1.2.1 dev net1 table 100',
  ])
})

test('a route that names no table may have been moved to one by a chained plugin', () => {
  const scene = new Scene()
  scene.addRoute('0.0.0.0/0', '10.1.2.1', { table: 100 })
  expect(scene.differences({ routes: [{ ...defaultRoute, gateway }] })).toEqual([])
})

test('a route with host bits is that to its network', () => {
  const scene = new Scene()
  scene.addRoute('10.5.0.0/16')
  expect(scene.differences({ routes: [{ destination: parseIpPrefix('10.5.1.2/16') }] })).toEqual([])
})

test('each next hop of an IPv6 route is one promised route', () => {
  const scene = new Scene()
  const hop = (text: string): NextHop => {
    return { link: scene.link.index, gateway: parseIpAddress(text), weight: 1, isOnlink: false }
  }
  const destination = parseIpPrefix('fd05::/64')
  const nextHops = [hop('fd00::1'), hop('fd00::2')]
  const facts = { table: 254, scope: 0, isOnlink: false, protocol: 3, type: 'unicast' } as const
  scene.world.sandbox.routes.push({ destination, nextHops, ...facts })
  const route = (text: string): ResultRoute => ({ destination, gateway: parseIpAddress(text) })
  expect(scene.differences({ routes: [route('fd00::1'), route('fd00::2')] })).toEqual([])
  expect(scene.differences({ routes: [route('fd00::3')] })).toEqual([
    'route to fd05::/64: expected via fd00::3 dev net1, found via fd00::1 dev net1 and via fd00::2 dev net1 table 254',
  ])
})

test('a route of the kernel’s own to the same destination is not the one promised', () => {
  const scene = new Scene()
  const destination = parseIpPrefix('10.1.2.3/32')
  const facts = { table: 255, scope: 254, isOnlink: false, protocol: 2, type: 'local' } as const
  scene.world.sandbox.routes.push({ destination, link: scene.link.index, ...facts })
  expect(scene.differences({ routes: [{ destination }] })).toEqual([
    'route to 10.1.2.3/32: expected dev net1, found local dev net1 table 255',
  ])
})

test('a route with another metric is not the one promised', () => {
  const scene = new Scene()
  scene.addRoute('10.5.0.0/16', undefined, { priority: 200 })
  const routes = [{ destination: parseIpPrefix('10.5.0.0/16'), priority: 50 }]
  expect(scene.differences({ routes })).toEqual([
    'route to 10.5.0.0/16: expected dev net1 metric 50, found dev net1 metric 200 table 254',
  ])
})
