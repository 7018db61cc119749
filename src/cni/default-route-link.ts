/** The link a host's traffic leaves by, which is the master where a configuration names none. */

import type { IpFamily } from '#ip/address.ts'
import { isDefaultPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { mainTable, type Route } from '#kernel/route.ts'

/**
 * The link of the default route of the main table, or nothing without one. IPv4 comes before IPv6;
 * of several routes it is the one the kernel uses, that with the lowest metric.
 */
export function findDefaultRouteLink(namespace: Namespace): Link | undefined {
  const index = findLinkIndex(namespace, 4) ?? findLinkIndex(namespace, 6)
  return index === undefined ? undefined : namespace.findLink(index)
}

function findLinkIndex(namespace: Namespace, family: IpFamily): number | undefined {
  const routes = namespace.listRoutes({ family, table: mainTable }).filter(isWayOut)
  const metrics = routes.map((route) => route.priority ?? 0)
  const best = routes[metrics.indexOf(Math.min(...metrics))]
  return best && linkOf(best)
}

/** `unreachable default` and its like lead nowhere. */
function isWayOut(route: Route): boolean {
  return (
    isDefaultPrefix(route.destination) && route.type === 'unicast' && linkOf(route) !== undefined
  )
}

function linkOf({ link, nextHops }: Route): number | undefined {
  return link ?? nextHops?.[0]?.link
}
