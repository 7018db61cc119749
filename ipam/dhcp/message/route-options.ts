/** The routes that options give. */

import type { IpAddress } from '#ip/address.ts'
import { IpPrefix } from '#ip/prefix.ts'
import { ipv4Length, readIpv4 } from '#ipam/dhcp/packet/bytes.ts'
import type { DhcpOptions } from './option-area.ts'
import { optionCodes } from './option-codes.ts'

/** Where to, and through whom; `0.0.0.0` is nobody: the destination is on the link. */
export interface GivenRoute {
  readonly destination: IpPrefix
  readonly router: IpAddress
}

/** Option 121 (RFC 3442), in its order and with host bits as they came; none when it is malformed. */
export function listClasslessRoutes(options: DhcpOptions): readonly GivenRoute[] {
  const value = options.get(optionCodes.classlessRoutes)
  if (value === undefined) return []
  const routes: GivenRoute[] = []
  for (let offset = 0; offset < value.length; ) {
    const length = value[offset] ?? 0
    // Only the octets that have bits of the network are there.
    const octets = value.subarray(offset + 1, offset + 1 + Math.ceil(length / 8))
    const end = offset + 1 + octets.length + ipv4Length
    if (length > 32 || end > value.length) return []
    const padded = new Uint8Array(ipv4Length)
    padded.set(octets)
    const router = readIpv4(value, end - ipv4Length)
    routes.push({ destination: new IpPrefix(readIpv4(padded), length), router })
    offset = end
  }
  return routes
}

/**
 * Option 33 (RFC 2132 §5.8): networks by the classes of old. What is left behind the last pair does
 * not count, and neither do default routes, which that section forbids.
 */
export function listStaticRoutes(options: DhcpOptions): readonly GivenRoute[] {
  const value = options.get(optionCodes.staticRoutes) ?? new Uint8Array()
  const routes: GivenRoute[] = []
  for (let offset = 0; offset + 2 * ipv4Length <= value.length; offset += 2 * ipv4Length) {
    const address = readIpv4(value, offset)
    if (address.value === 0n) continue
    const destination = new IpPrefix(address, classLength(value[offset] ?? 0))
    routes.push({ destination, router: readIpv4(value, offset + ipv4Length) })
  }
  return routes
}

/** RFC 791 §3.2; what comes after class C counts as class C. */
function classLength(firstOctet: number): number {
  if (firstOctet < 128) return 8
  return firstOctet < 192 ? 16 : 24
}
