/** Gives a new link in the sandbox the addresses and routes of a result, and brings it up. */

import type { Clock } from '#host/host.ts'
import type { IpAddress, IpFamily } from '#ip/address.ts'
import { broadcastAddress, prefixContains } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { RouteSpec } from '#kernel/route.ts'
import { RT_SCOPE_LINK } from '#kernel/scope.ts'
import { explained } from './explain.ts'
import type { ResultIp, ResultRoute } from './result.ts'

/** The link to configure, and where it lives. */
export interface Target {
  readonly sandbox: Namespace
  readonly link: Link
  readonly clock: Clock
}

/** What the link gets. Without addresses it is only brought up. */
export interface Addressing {
  /** The addresses of this link alone. */
  readonly ips: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
  /** What there is to do on the link before it gets the routes. */
  readonly prepareRoutes?: () => void
}

/**
 * Adds the addresses, brings the link up, waits until they are known to be unique, adds the routes.
 *
 * @throws SystemError naming the address, route or setting that was refused
 */
export async function configureInterface(target: Target, addressing: Addressing): Promise<void> {
  const { ips, routes, prepareRoutes } = addressing
  const firstIpv6 = ips.find((ip) => ip.address.address.family === 6)
  if (firstIpv6 !== undefined) enableIpv6(target, firstIpv6)
  // The kernel announces what is there when the link comes up: addresses go before.
  for (const ip of ips) addAddress(target, ip)
  bringUp(target)
  if (gatewayOf(6, ips) !== undefined) {
    const { settleAddresses } = await import('./settle-addresses.ts')
    await settleAddresses(target)
  }
  prepareRoutes?.()
  for (const route of routes) addRoute(target, route, ips)
}

/** The gateway of a route that names none is that of the first address of its family. */
export function routeGateway(route: ResultRoute, ips: readonly ResultIp[]): IpAddress | undefined {
  const { family } = route.destination.address
  // A zero one says that the destination is on the link itself (RFC 3442).
  if (route.gateway !== undefined) return route.gateway.value === 0n ? undefined : route.gateway
  // An IPv4 route of this scope means "on this link"; the kernel refuses it with a gateway.
  if (family === 4 && (route.scope ?? 0) >= RT_SCOPE_LINK) return undefined
  return gatewayOf(family, ips)
}

function gatewayOf(family: IpFamily, ips: readonly ResultIp[]): IpAddress | undefined {
  return ips.find((ip) => ip.gateway?.family === family)?.gateway
}

/** `sysctl net.ipv6.conf.LINK.disable_ipv6=0 net.ipv6.conf.LINK.keep_addr_on_down=1` */
function enableIpv6({ sandbox, link }: Target, ip: ResultIp): void {
  const enable = () => {
    for (const name of ['lo', link.name]) {
      const setting = `net/ipv6/conf/${name}/disable_ipv6`
      if (sandbox.readSysctl(setting) !== '0') sandbox.writeSysctl(setting, '0')
    }
    sandbox.writeSysctl(`net/ipv6/conf/${link.name}/keep_addr_on_down`, '1')
  }
  explained(enable, { ENOENT: `${ip.address} needs IPv6, and this kernel runs without it` })
}

function addAddress({ sandbox, link }: Target, ip: ResultIp): void {
  const broadcast = broadcastAddress(ip.address)
  sandbox.addAddress({
    link: link.index,
    prefix: ip.address,
    ...(broadcast === undefined ? {} : { broadcast }),
  })
}

function bringUp({ sandbox, link }: Target): void {
  explained(() => sandbox.changeLink(link.index, { isUp: true }), {
    EADDRINUSE: `another link on the same parent has the hardware address ${link.mac}`,
    ENETDOWN: `the link that ${link.name} is built on is down`,
  })
}

function addRoute(target: Target, route: ResultRoute, ips: readonly ResultIp[]): void {
  const spec = routeSpec(target.link, route, ips)
  const { gateway } = spec
  const isNear =
    gateway === undefined || ips.some(({ address }) => prefixContains(address, gateway))
  const hint = isNear
    ? undefined
    : `no address of ${target.link.name} is in a network of ${gateway}`
  const hints = { ENETUNREACH: hint, EHOSTUNREACH: hint, EINVAL: hint }
  explained(() => target.sandbox.addRoute(spec), hints)
}

/** The route of a result as the kernel is told it. */
export function routeSpec(link: Link, route: ResultRoute, ips: readonly ResultIp[]): RouteSpec {
  const gateway = routeGateway(route, ips)
  return {
    destination: route.destination,
    link: link.index,
    ...(gateway === undefined ? {} : { gateway }),
    ...(route.table === undefined ? {} : { table: route.table }),
    ...(route.scope === undefined ? {} : { scope: route.scope }),
    // In a result a zero of these means that nothing was said (SPEC 1.1.0 "routes").
    ...(route.priority ? { priority: route.priority } : {}),
    ...(route.mtu ? { mtu: route.mtu } : {}),
    ...(route.advmss ? { advmss: route.advmss } : {}),
  }
}
