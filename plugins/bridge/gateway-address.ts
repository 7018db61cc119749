/** The gateway's addresses on the host. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { isSystemError } from '#base/system-error.ts'
import { broadcastAddress, type IpPrefix, prefixContains } from '#ip/prefix.ts'
import type { Address } from '#kernel/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { RT_SCOPE_LINK } from '#kernel/scope.ts'

/** The link that gets the address, and what may be done for that. */
export interface GatewaySite {
  readonly host: Namespace
  readonly link: Link
  /** Whether addresses in the way are removed. */
  readonly replacesAddresses: boolean
  /** Whether an IPv6 address may be of use only after a second or two, when it is known to be unique. */
  readonly detectsDuplicates: boolean
  /** Told of each thing that was done. */
  readonly did: (what: string, undo: () => unknown) => void
}

/**
 * Has the link have an address: `ip address add PREFIX dev LINK`. Returns whether it was new.
 *
 * Another IPv4 address is in the way, and an IPv6 address of a network that overlaps, as with the
 * reference plugin.
 *
 * @throws CniError when there is one in the way that is not to be removed
 */
export function ensureAddress(site: GatewaySite, prefix: IpPrefix): boolean {
  const { host, link } = site
  const { family } = prefix.address
  const present = host.listAddresses({ link: link.index, family })
  if (present.some((address) => address.prefix.equals(prefix))) return false
  const rivals = present.filter((address) => isInTheWay(address, prefix))
  const [rival] = rivals
  if (rival !== undefined && !site.replacesAddresses) throw addressTaken(link, prefix, rival)
  for (const address of rivals) replaceAddress(site, address)
  const broadcast = broadcastAddress(prefix)
  const spec = {
    link: link.index,
    prefix,
    skipsDuplicateDetection: family === 6 && !site.detectsDuplicates,
    ...(broadcast === undefined ? {} : { broadcast }),
  }
  try {
    host.addAddress(spec)
    site.did(`add address ${prefix} to ${link.name}`, () => host.removeAddress(spec))
    return true
  } catch (error) {
    // Another ADD may have been faster.
    if (!isSystemError(error, 'EEXIST')) throw error
    return false
  }
}

function isInTheWay(address: Address, wanted: IpPrefix): boolean {
  const { prefix, scope } = address
  if (wanted.address.family === 4) return true
  // Every link has one of its own in fe80::/64.
  if (scope === RT_SCOPE_LINK) return false
  return prefixContains(prefix, wanted.address) || prefixContains(wanted, prefix.address)
}

function replaceAddress({ host, link, did }: GatewaySite, { prefix, broadcast }: Address): void {
  const spec = { link: link.index, prefix, ...(broadcast === undefined ? {} : { broadcast }) }
  // With the first address of a network the kernel may have removed this one already.
  host.removeAddress(spec)
  did(`remove address ${prefix} from ${link.name}`, () => host.addAddress(spec))
}

function addressTaken(link: Link, wanted: IpPrefix, { prefix }: Address): CniError {
  const msg = `"${link.name}" already has an IP address different from ${wanted}`
  const hint = 'forceAddress replaces it, and cuts off who uses it'
  return new CniError(cniErrorCodes.internal, msg, `it has ${prefix}; ${hint}`)
}
