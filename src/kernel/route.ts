/** Routes. */

import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'

/** `RTN_*` of `<linux/rtnetlink.h>`. */
export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'

/** `ip route add DESTINATION via GATEWAY dev LINK table TABLE metric PRIORITY mtu MTU advmss N` */
export interface RouteSpec {
  /** The default route is `0.0.0.0/0` or `::/0`. Host bits are cleared. */
  readonly destination: IpPrefix
  readonly gateway?: IpAddress
  /** Index of the link it leaves by. */
  readonly link?: number
  /** 254 (main) when absent. */
  readonly table?: number
  /** `RT_SCOPE_*`; 0 (universe) when absent. */
  readonly scope?: number
  /** The metric; the kernel's default when absent. */
  readonly priority?: number
  /** Path MTU of the route, bytes. */
  readonly mtu?: number
  /** Largest segment size to advertise, bytes. */
  readonly advmss?: number
  /** Pretend the gateway is on the link even when no prefix covers it, `RTNH_F_ONLINK`. */
  readonly isOnlink?: boolean
  /** The preferred source address. */
  readonly source?: IpAddress
  /** `unicast` when absent. */
  readonly type?: RouteType
  /** `RTPROT_*`; 3 (boot) when absent. */
  readonly protocol?: number
}

/** One next hop of a route that has several. */
export interface NextHop {
  readonly link: number
  readonly gateway?: IpAddress
  /** 1 to 256. */
  readonly weight: number
  readonly isOnlink: boolean
}

/** A route as the kernel describes it (`RTM_NEWROUTE`). */
export interface Route {
  readonly destination: IpPrefix
  readonly gateway?: IpAddress
  readonly link?: number
  readonly table: number
  readonly scope: number
  readonly priority?: number
  readonly mtu?: number
  readonly advmss?: number
  readonly isOnlink: boolean
  readonly source?: IpAddress
  readonly type: RouteType
  readonly protocol: number
  /** Present when the route has several next hops; then `gateway` and `link` are absent. */
  readonly nextHops?: readonly NextHop[]
}

/** Which routes to list; what is absent does not restrict. */
export interface RouteFilter {
  readonly family?: 4 | 6
  readonly table?: number
  /** Leaves out routes with several next hops too, which have no link of their own. */
  readonly link?: number
}

/** The protocol of routes that the kernel made by itself. */
export const RTPROT_KERNEL = 2

/** The main routing table, `RT_TABLE_MAIN`. */
export const mainTable = 254
