/** Brings the addresses and routes of a link in line with another lease. */

import { collectFailures } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Assignment } from '#cni/add-interface.ts'
import { routeSpec } from '#cni/configure-interface.ts'
import type { ResultIp, ResultRoute } from '#cni/result.ts'
import type { IpAddress } from '#ip/address.ts'
import { broadcastAddress } from '#ip/prefix.ts'
import type { AddressSpec } from '#kernel/address.ts'
import type { RouteSpec } from '#kernel/route.ts'
import type { OpenLink } from './link-access.ts'

type Addressing = Pick<Assignment, 'ips' | 'routes'>

const nothing: Addressing = { ips: [], routes: [] }

/** An assignment that came, and the one before it. */
export interface Change {
  readonly from?: Addressing | undefined
  readonly to?: Addressing | undefined
}

/**
 * Gives the link what is new, and takes away what has gone; the rest stays as it is, and so do
 * connections.
 *
 * @throws SystemError, or several in an AggregateError; whatever can be done is done
 */
export async function changeAssignment(open: OpenLink, change: Change): Promise<void> {
  const { from = nothing, to = nothing } = change
  const { space } = open
  const [oldRoutes, newRoutes] = [routesOf(open, from), routesOf(open, to)]
  const [oldIps, newIps] = [addressesOf(open, from), addressesOf(open, to)]
  const goneRoutes = oldRoutes.filter(
    (route) => !newRoutes.some((each) => isSameRoute(each, route)),
  )
  const goneIps = oldIps.filter(({ prefix }) => !newIps.some((each) => each.prefix.equals(prefix)))
  await collectFailures([
    ...goneRoutes.map((route) => () => void space.removeRoute(route)),
    ...newIps.map((address) => () => tolerating(() => space.addAddress(address))),
    ...goneIps.map((address) => () => void space.removeAddress(address)),
    // With an address the kernel may have removed routes that are still wanted.
    ...newRoutes.map((route) => () => tolerating(() => space.addRoute(route))),
  ])
}

function addressesOf({ link }: OpenLink, { ips }: Addressing): readonly AddressSpec[] {
  return ips.map(({ address }: ResultIp) => {
    const broadcast = broadcastAddress(address)
    return { link: link.index, prefix: address, ...(broadcast && { broadcast }) }
  })
}

function routesOf({ link }: OpenLink, { ips, routes }: Addressing): readonly RouteSpec[] {
  return routes.map((route) => routeSpec(link, route, ips))
}

/** Whether both give a link the same, so that there is nothing to change. */
export function isSameAddressing(a: Addressing = nothing, b: Addressing = nothing): boolean {
  return (
    a.ips.length === b.ips.length &&
    a.routes.length === b.routes.length &&
    a.ips.every((ip, index) => isSameIp(ip, b.ips[index])) &&
    a.routes.every((route, index) => isSameRoute(route, b.routes[index]))
  )
}

function isSameIp(a: ResultIp, b: ResultIp | undefined): boolean {
  return b !== undefined && a.address.equals(b.address) && isSameGateway(a.gateway, b.gateway)
}

type Way = Pick<ResultRoute, 'destination' | 'gateway' | 'priority'>

function isSameRoute(a: Way, b: Way | undefined): boolean {
  return (
    b !== undefined &&
    a.destination.equals(b.destination) &&
    isSameGateway(a.gateway, b.gateway) &&
    a.priority === b.priority
  )
}

function isSameGateway(a: IpAddress | undefined, b: IpAddress | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}

/** What is there already may stay. */
function tolerating(add: () => void): void {
  try {
    add()
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
  }
}
