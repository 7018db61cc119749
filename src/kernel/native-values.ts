/** Between the texts of the addon's border and the values of the kernel port. */

import { formatIpAddress, parseIpAddress } from '#ip/address.ts'
import { findMac } from '#ip/mac.ts'
import { IpPrefix, networkAddress } from '#ip/prefix.ts'
import type { Address, AddressSpec } from './address.ts'
import type {
  NativeAddress,
  NativeAddressSpec,
  NativeNeighbour,
  NativeNextHop,
  NativeRoute,
  NativeRouteSpec,
} from './native.ts'
import type { Neighbour } from './neighbour.ts'
import type { NextHop, Route, RouteSpec } from './route.ts'

export function addressFromNative(native: NativeAddress): Address {
  const { address, prefixLength, broadcast, ...rest } = native
  return {
    ...rest,
    prefix: new IpPrefix(parseIpAddress(address), prefixLength),
    ...(broadcast === undefined ? {} : { broadcast: parseIpAddress(broadcast) }),
  }
}

export function addressToNative(spec: AddressSpec): NativeAddressSpec {
  return {
    link: spec.link,
    address: formatIpAddress(spec.prefix.address),
    prefixLength: spec.prefix.length,
    broadcast: spec.broadcast?.toString(),
    scope: spec.scope,
    skipsDuplicateDetection: spec.skipsDuplicateDetection,
  }
}

function nextHopFromNative({ gateway, ...hop }: NativeNextHop): NextHop {
  return gateway === undefined ? hop : { ...hop, gateway: parseIpAddress(gateway) }
}

export function routeFromNative(native: NativeRoute): Route {
  const { destination, destinationLength, gateway, source, nextHops, ...rest } = native
  return {
    ...rest,
    destination: new IpPrefix(parseIpAddress(destination), destinationLength),
    ...(gateway === undefined ? {} : { gateway: parseIpAddress(gateway) }),
    ...(source === undefined ? {} : { source: parseIpAddress(source) }),
    ...(nextHops === undefined ? {} : { nextHops: nextHops.map(nextHopFromNative) }),
  }
}

export function routeToNative({
  destination,
  gateway,
  source,
  ...rest
}: RouteSpec): NativeRouteSpec {
  return {
    ...rest,
    // The kernel refuses a destination with host bits.
    destination: formatIpAddress(networkAddress(destination)),
    destinationLength: destination.length,
    gateway: gateway?.toString(),
    source: source?.toString(),
  }
}

export function neighbourFromNative(native: Required<NativeNeighbour>): Neighbour {
  const mac = native.mac === undefined ? undefined : findMac(native.mac)
  return {
    link: native.link,
    address: parseIpAddress(native.address),
    state: native.state ?? 'none',
    ...(mac === undefined ? {} : { mac }),
  }
}
