/** What being a gateway makes of the addresses that the IPAM plugin gave. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Assignment } from '#cni/add-interface.ts'
import type { ResultIp, ResultRoute } from '#cni/result.ts'
import { addressBits, type IpAddress, type IpFamily, nextIpAddress } from '#ip/address.ts'
import { defaultPrefix, distinctBy, IpPrefix, isDefaultPrefix, networkAddress } from '#ip/prefix.ts'
import type { BridgeConfig } from './config.ts'

type GatewayConfig = Pick<BridgeConfig, 'isGateway' | 'isDefaultGateway'>

/**
 * The assignment with a gateway for every address, the first of its network where none was given,
 * and with a default route for each family if the bridge is to be that.
 *
 * @throws CniError when an address' network has no room for a gateway
 */
export function completeGateways(given: Assignment, config: GatewayConfig): Assignment {
  if (!config.isGateway) return given
  const ips = given.ips.map(withGateway)
  if (!config.isDefaultGateway) return { ...given, ips }
  const families = new Set(ips.map(({ address }) => address.address.family))
  const added = [...families].flatMap((family) => defaultRoute(family, { ...given, ips }))
  return { ...given, ips, routes: [...given.routes, ...added] }
}

function withGateway(ip: ResultIp): ResultIp {
  if (ip.gateway !== undefined) return ip
  const gateway = firstHost(ip.address)
  if (gateway === undefined || gateway.equals(ip.address.address)) throw noRoom(ip.address)
  return { ...ip, gateway }
}

function firstHost(prefix: IpPrefix): IpAddress | undefined {
  const isOneAddress = prefix.length === addressBits(prefix.address.family)
  return isOneAddress ? undefined : nextIpAddress(networkAddress(prefix))
}

function noRoom(address: IpPrefix): CniError {
  const msg = `find a gateway for ${address}: its network has no other address for one`
  const details = 'have the IPAM plugin name a gateway, or do without isGateway'
  return new CniError(cniErrorCodes.invalidConfig, msg, details)
}

/** The default route of a family, unless there is one. */
function defaultRoute(family: IpFamily, { ips, routes }: Assignment): readonly ResultRoute[] {
  const gateway = ips.find(({ address }) => address.address.family === family)?.gateway
  const isThere = routes.some(
    ({ destination }) => isDefaultPrefix(destination) && destination.address.family === family,
  )
  if (gateway === undefined || isThere) return []
  return [{ destination: defaultPrefix(family), gateway }]
}

/** The addresses that the bridge gets: those of the gateways in the containers' networks. */
export function gatewayPrefixes(ips: readonly ResultIp[]): readonly IpPrefix[] {
  const prefixes = ips.flatMap(({ gateway, address }) =>
    gateway === undefined ? [] : [new IpPrefix(gateway, address.length)],
  )
  const distinct = distinctBy(prefixes, (prefix) => prefix)
  return distinct.sort((a, b) => a.address.family - b.address.family)
}
