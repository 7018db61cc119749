/** CHECK: whether a link in the sandbox still is what the result of its ADD says. */

import { ConfigError } from '#base/config-error.ts'
import { findMac } from '#ip/mac.ts'
import { type IpPrefix, networkPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { Route } from '#kernel/route.ts'
import type { Call } from './call.ts'
import { routeGateway } from './configure-interface.ts'
import { difference, listed } from './difference.ts'
import type { Result, ResultInterface, ResultIp, ResultRoute } from './result.ts'

/** What the result of an ADD says of the link in the sandbox. */
export interface Promised {
  readonly interface: ResultInterface
  /** The addresses of this link alone. */
  readonly ips: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
}

/**
 * The part of the previous result that is about `CNI_IFNAME` in `CNI_NETNS`.
 *
 * @throws ConfigError when it does not mention that link
 */
export function promisedInterface(call: Call, previous: Result): Promised {
  const { interfaces, ips, routes } = previous
  const index = interfaces.findIndex(
    ({ name, sandbox }) => name === call.ifName && sandbox === call.netns,
  )
  const promised = interfaces[index]
  if (promised === undefined) {
    const found = interfaces.map(({ name, sandbox }) => `${name} in ${sandbox ?? 'the host'}`)
    const expected = `an entry for ${call.ifName} in ${call.netns}`
    throw new ConfigError(['prevResult', 'interfaces'], expected, listed(found))
  }
  return { interface: promised, ips: ips.filter((ip) => ip.interface === index), routes }
}

/**
 * What differs between what was promised of a link and what the kernel has. The mtu is not compared:
 * a later plugin of the chain may set it without a word in the result, as the reference `tuning` does.
 */
export function verifyInterface(sandbox: Namespace, link: Link, promised: Promised): string[] {
  const { mac } = promised.interface
  return [
    ...(mac ? difference('mac', findMac(mac) ?? mac, link.mac) : []),
    ...verifyAddresses(
      sandbox,
      link,
      promised.ips.map(({ address }) => address),
    ),
    ...verifyRoutes(
      sandbox,
      link,
      promised.routes.map((route) => withGateway(route, promised)),
    ),
  ]
}

function withGateway(route: ResultRoute, { ips }: Promised): ResultRoute {
  const gateway = routeGateway(route, ips)
  return gateway === undefined ? route : { ...route, gateway }
}

/** The addresses that a link lacks, a sentence each. */
export function verifyAddresses(
  space: Namespace,
  link: Link,
  expected: readonly IpPrefix[],
): string[] {
  if (expected.length === 0) return []
  const present = space.listAddresses({ link: link.index }).map(({ prefix }) => prefix)
  return expected
    .filter((address) => !present.some((prefix) => prefix.equals(address)))
    .map((address) => `address of ${link.name}: expected ${address}, found ${listed(present)}`)
}

/** The routes through a link that are not there, a sentence each. */
export function verifyRoutes(
  space: Namespace,
  link: Link,
  expected: readonly ResultRoute[],
): string[] {
  const families = new Set(expected.map(({ destination }) => destination.address.family))
  const present = [...families].flatMap((family) => space.listRoutes({ family }))
  return expected.flatMap((route) => {
    const destination = networkPrefix(route.destination)
    const rivals = present.filter((rival) => rival.destination.equals(destination))
    if (rivals.some((rival) => isPromised(rival, link, route))) return []
    const found = listed(rivals.map((rival) => describeFoundRoute(rival, space)))
    const wanted = describePromisedRoute(route, link)
    return [`route to ${destination}: expected ${wanted}, found ${found}`]
  })
}

function isPromised(route: Route, link: Link, expected: ResultRoute): boolean {
  const { gateway, table, priority } = expected
  if (route.type !== 'unicast') return false
  // A chained plugin may have moved a route that names no table to one of its own.
  if (table && route.table !== table) return false
  if (priority && route.priority !== priority) return false
  return hopsOf(route).some(
    (hop) => hop.link === link.index && (gateway === undefined || hop.gateway?.equals(gateway)),
  )
}

/** IPv6 routes to one destination are one route with several next hops. */
function hopsOf(route: Route): readonly Pick<Route, 'gateway' | 'link'>[] {
  return route.nextHops ?? [route]
}

function describePromisedRoute({ gateway, table, priority }: ResultRoute, link: Link): string {
  const via = gateway === undefined ? '' : `via ${gateway} `
  const metric = priority ? ` metric ${priority}` : ''
  return `${via}dev ${link.name}${metric}${table ? ` table ${table}` : ''}`
}

function describeFoundRoute(route: Route, sandbox: Namespace): string {
  const hops = hopsOf(route).map(({ gateway, link }) => {
    const via = gateway === undefined ? '' : `via ${gateway} `
    return link === undefined ? via : `${via}dev ${sandbox.findLink(link)?.name ?? link} `
  })
  const type = route.type === 'unicast' ? '' : `${route.type} `
  const metric = route.priority === undefined ? '' : `metric ${route.priority} `
  return `${type}${hops.join('and ')}${metric}table ${route.table}`
}
