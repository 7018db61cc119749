/** What a server has granted. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import { IpPrefix } from '#ip/prefix.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { type DhcpOptions, pickOptions } from '#ipam/dhcp/message/option-area.ts'
import { optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { findAddress, findPrefixLength, findUint32 } from '#ipam/dhcp/message/option-values.ts'
import { isHostAddress } from '#ipam/dhcp/packet/bytes.ts'
import { assignedOptions } from './assignment.ts'
import { type LeaseMoments, type LeaseTimes, readLeaseTimes } from './lease-times.ts'

/** An address for some time, and what came with it. */
export interface Lease {
  readonly address: IpPrefix
  /** Who granted it; absent when that was not said. */
  readonly server?: IpAddress
  /** What the answer came from: the server, or the router before it. */
  readonly serverMac?: Mac
  /** Absent for a lease without end. */
  readonly times?: LeaseTimes
  /** When it was asked for, on the client's clock: the times count from then (RFC 2131 §4.4.1). */
  readonly sinceMs: number
  /** The options of the DHCPACK that the assignment is made of. */
  readonly options: DhcpOptions
}

/** A DHCPACK, and what is known of how it came about. */
export interface Grant {
  readonly ack: DhcpMessage
  readonly senderMac?: Mac
  readonly sinceMs: number
  /** The lease that it extends. */
  readonly previous?: Lease
}

/** Why a DHCPOFFER or DHCPACK cannot be taken, as the end of a sentence, or nothing. */
export function objectionTo({ yourAddress, options }: DhcpMessage): string | undefined {
  if (!isHostAddress(yourAddress)) return `it gives the address ${yourAddress}`
  if (findUint32(options, optionCodes.leaseTime) === 0) return 'it gives a lease of 0 seconds'
  return undefined
}

/**
 * The lease of a DHCPACK without objections; nothing when the subnet mask is missing or malformed. A
 * server that extends a lease may leave the mask out.
 */
export function readLease({ ack, senderMac, sinceMs, previous }: Grant): Lease | undefined {
  const { yourAddress, options } = ack
  const isExtension = previous?.address.address.equals(yourAddress) === true
  const length = findPrefixLength(options) ?? (isExtension ? previous.address.length : undefined)
  if (length === undefined) return undefined
  const server = findAddress(options, optionCodes.serverIdentifier) ?? previous?.server
  const times = readLeaseTimes(options)
  return {
    address: new IpPrefix(yourAddress, length),
    ...(server && { server }),
    ...(senderMac && { serverMac: senderMac }),
    ...(times && { times }),
    sinceMs,
    options: pickOptions(options, assignedOptions),
  }
}

/** The moments that matter to a lease; none when it has no end. */
export function momentsOf({ times, sinceMs }: Lease): LeaseMoments | undefined {
  if (times === undefined) return undefined
  return {
    renewalAtMs: sinceMs + times.renewalMs,
    rebindingAtMs: sinceMs + times.rebindingMs,
    expiryAtMs: sinceMs + times.leaseMs,
  }
}
