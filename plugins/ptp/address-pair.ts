/** The addresses at the two ends of a link. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { ResultIp } from '#cni/result.ts'
import type { IpAddress } from '#ip/address.ts'
import { addressPrefix, distinctBy, type IpPrefix, networkPrefix } from '#ip/prefix.ts'
import type { Link } from '#kernel/link.ts'
import type { RouteSpec } from '#kernel/route.ts'
import { RT_SCOPE_HOST, RT_SCOPE_LINK } from '#kernel/scope.ts'

export interface AddressPair {
  /** The container's, with the length of its network. */
  readonly address: IpPrefix
  /** The host's. */
  readonly gateway: IpAddress
}

/** The pairs that can be made of addresses with their gateways. */
export function addressPairs(ips: readonly ResultIp[]): readonly AddressPair[] {
  return ips.flatMap(({ address, gateway }) =>
    gateway === undefined ? [] : [{ address, gateway }],
  )
}

/** @throws CniError when an address has no gateway that can be the host's address */
export function requireGateways(ips: readonly ResultIp[]): void {
  for (const { address, gateway } of ips) {
    const objection = objectionTo(address, gateway)
    if (objection === undefined) continue
    const msg = `connect ${address} with the host: ${objection}`
    const details =
      "the gateway is the address of the host's end of the link: have the IPAM plugin name one for each address"
    throw new CniError(cniErrorCodes.invalidConfig, msg, details)
  }
}

function objectionTo({ address }: IpPrefix, gateway: IpAddress | undefined): string | undefined {
  if (gateway === undefined) return 'it came without a gateway'
  if (gateway.family !== address.family) return `its gateway ${gateway} is of the other family`
  return gateway.equals(address) ? 'it is its own gateway' : undefined
}

/** What the host's end has: each gateway once, and nothing of its network. */
export function gatewayPrefixes(pairs: readonly AddressPair[]): readonly IpPrefix[] {
  return distinctBy(
    pairs.map(({ gateway }) => addressPrefix(gateway)),
    (prefix) => prefix,
  )
}

/** In the container: `ip route add GATEWAY dev LINK scope link src ADDRESS` */
export function gatewayRoutes({ index }: Link, pairs: readonly AddressPair[]): RouteSpec[] {
  const distinct = distinctBy(pairs, ({ gateway }) => addressPrefix(gateway))
  return distinct.map(({ address, gateway }) => ({
    destination: addressPrefix(gateway),
    link: index,
    scope: RT_SCOPE_LINK,
    source: address.address,
  }))
}

/** In the container: `ip route add NETWORK via GATEWAY dev LINK src ADDRESS` */
export function networkRoutes({ index }: Link, pairs: readonly AddressPair[]): RouteSpec[] {
  const distinct = distinctBy(pairs, ({ address }) => networkPrefix(address))
  return distinct.map(({ address, gateway }) => ({
    destination: networkPrefix(address),
    gateway,
    link: index,
    source: address.address,
  }))
}

/** On the host: `ip route add ADDRESS dev LINK scope host` */
export function addressRoutes({ index }: Link, pairs: readonly AddressPair[]): RouteSpec[] {
  return pairs.map(({ address: { address } }) => ({
    destination: addressPrefix(address),
    link: index,
    scope: RT_SCOPE_HOST,
  }))
}
