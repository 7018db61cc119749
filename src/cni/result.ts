/** The result of an ADD, in the shape of CNI 1.1.0, which every other version is converted to. */

import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'

/** SPEC 1.1.0, "Success": what an ADD answers. */
export interface Result {
  readonly interfaces: readonly ResultInterface[]
  readonly ips: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
  readonly dns: Dns
}

export interface ResultInterface {
  readonly name: string
  /** Lower-case hexadecimal bytes with colons; absent where the link has none. */
  readonly mac?: string
  /** Bytes. */
  readonly mtu?: number
  /** The sandbox's namespace, as `CNI_NETNS` said; absent for a link of the host. */
  readonly sandbox?: string
  readonly socketPath?: string
  readonly pciId?: string
}

export interface ResultIp {
  /** The address with its host bits, and its network's length. */
  readonly address: IpPrefix
  readonly gateway?: IpAddress
  /** Position in `interfaces`. */
  readonly interface?: number
}

export interface ResultRoute {
  readonly destination: IpPrefix
  readonly gateway?: IpAddress
  readonly mtu?: number
  readonly advmss?: number
  readonly priority?: number
  readonly table?: number
  readonly scope?: number
}

/** Resolver settings, passed through. */
export interface Dns {
  readonly nameservers: readonly string[]
  readonly domain?: string
  readonly search: readonly string[]
  readonly options: readonly string[]
}

export const noDns: Dns = { nameservers: [], search: [], options: [] }
