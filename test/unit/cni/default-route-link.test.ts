import { expect, test } from 'vitest'
import { findDefaultRouteLink } from '#cni/default-route-link.ts'
import { defaultPrefix, parseIpPrefix } from '#ip/prefix.ts'
import type { Route } from '#kernel/route.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

function hostWithLinks(...names: readonly string[]): FakeNamespace {
  const { host } = new FakeKernel()
  for (const name of names) host.addLink({ name })
  return host
}

function addDefaultRoute(host: FakeNamespace, family: 4 | 6, facts: Partial<Route>): void {
  host.routes.push({
    destination: defaultPrefix(family),
    table: 254,
    scope: 0,
    isOnlink: false,
    type: 'unicast',
    protocol: 3,
    ...facts,
  })
}

test('of several default routes the lowest metric decides, and none is the lowest', () => {
  const host = hostWithLinks('eth0', 'eth1', 'eth2')
  addDefaultRoute(host, 4, { link: host.link('eth0').index, priority: 100 })
  addDefaultRoute(host, 4, { link: host.link('eth1').index, priority: 50 })
  expect(findDefaultRouteLink(host)?.name).toBe('eth1')
  addDefaultRoute(host, 4, { link: host.link('eth2').index })
  expect(findDefaultRouteLink(host)?.name).toBe('eth2')
})

test('IPv4 comes before IPv6, which comes before nothing', () => {
  const host = hostWithLinks('eth0', 'eth1')
  addDefaultRoute(host, 6, { link: host.link('eth1').index, priority: 1 })
  expect(findDefaultRouteLink(host)?.name).toBe('eth1')
  addDefaultRoute(host, 4, { link: host.link('eth0').index, priority: 100 })
  expect(findDefaultRouteLink(host)?.name).toBe('eth0')
})

test('other routes, other tables and routes to nowhere do not count', () => {
  const host = hostWithLinks('eth0')
  const link = host.link('eth0').index
  addDefaultRoute(host, 4, { link, destination: parseIpPrefix('10.0.0.0/8') })
  addDefaultRoute(host, 4, { link, table: 100 })
  addDefaultRoute(host, 6, { link, type: 'unreachable' })
  expect(findDefaultRouteLink(host)).toBeUndefined()
})

test('a default route over several next hops leaves by the first', () => {
  const host = hostWithLinks('eth0', 'eth1')
  const nextHops = ['eth1', 'eth0'].map((name) => {
    return { link: host.link(name).index, weight: 1, isOnlink: false }
  })
  addDefaultRoute(host, 4, { nextHops })
  expect(findDefaultRouteLink(host)?.name).toBe('eth1')
})
