/** What a server has granted. */

import type { IpAddress } from '#ip/address.ts'
import { addressPrefix, type IpPrefix } from '#ip/prefix.ts'
import { type DhcpOptions, pickOptions } from '#ipam/dhcp/message/option-area.ts'
import { isHostIpv6 } from '#ipam/dhcp/packet/bytes.ts'
import type {
  AddressAssociation,
  AssociatedAddress,
} from '#ipam/dhcp/v6/message/address-association.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { statusCodes } from '#ipam/dhcp/v6/message/option-codes.ts'
import { statusOf } from '#ipam/dhcp/v6/message/option-values.ts'
import { assignedOptions6 } from './assignment.ts'
import { type LeaseTimes6, readLeaseTimes6 } from './lease-times.ts'

/** An address for some time, and what came with it. */
export interface Lease6 {
  /** All 128 bits of it: what is on the link is for routers to say (RFC 5942 §4). */
  readonly address: IpPrefix
  /** The DUID of who granted it. */
  readonly server: Uint8Array
  /** Where the answer came from: the server, or the relay before it. */
  readonly serverAddress: IpAddress
  readonly times: LeaseTimes6
  /** When it was asked for, on the client's clock: the times count from then. */
  readonly sinceMs: number
  /** The options of the REPLY that the assignment is made of. */
  readonly options: DhcpOptions
}

/** The moments that matter to a lease; `Infinity` for what never comes. */
export interface LeaseMoments6 {
  readonly renewalAtMs: number
  readonly rebindingAtMs: number
  readonly expiryAtMs: number
}

/** Whose answer is judged. */
export interface Claim {
  readonly iaid: number
  /** The address that is asked for, if any. */
  readonly wanted: IpAddress | undefined
}

/** What an ADVERTISE or REPLY says of a claim. */
export type Judgement =
  | {
      readonly kind: 'grant'
      readonly association: AddressAssociation
      readonly given: AssociatedAddress
    }
  /** `status` may be success, and the answer is of no use all the same; `reason` ends a sentence. */
  | { readonly kind: 'refusal'; readonly status: number; readonly reason: string }
  /** The address that was asked for is to be used no more (RFC 8415 §18.2.10.1: a lifetime of 0). */
  | { readonly kind: 'withdrawal'; readonly reason: string }

/** The wanted address counts before all others. */
export function judge(message: Dhcp6Message, { iaid, wanted }: Claim): Judgement {
  const status = statusOf(message.options)
  if (status.code !== statusCodes.success) return refusal(status.text, status.code)
  const association = message.associations.find((each) => each.iaid === iaid)
  if (association === undefined) return refusal(`nothing for the IAID ${iaid}`)
  return judgeAssociation(association, wanted)
}

/** The lease of a grant. */
export function readLease6(
  grant: Judgement & { readonly kind: 'grant' },
  origin: Pick<Lease6, 'server' | 'serverAddress' | 'sinceMs' | 'options'>,
): Lease6 {
  const { association, given } = grant
  const times = readLeaseTimes6(association, given)
  const options = pickOptions(origin.options, assignedOptions6)
  return { ...origin, address: addressPrefix(given.address), times, options }
}

export function momentsOf6({ times, sinceMs }: Lease6): LeaseMoments6 {
  return {
    renewalAtMs: sinceMs + (times.renewalMs ?? Infinity),
    rebindingAtMs: sinceMs + (times.rebindingMs ?? Infinity),
    expiryAtMs: sinceMs + (times.validMs ?? Infinity),
  }
}

function judgeAssociation(
  association: AddressAssociation,
  wanted: IpAddress | undefined,
): Judgement {
  const { renewalSeconds, rebindingSeconds, addresses, options } = association
  const status = statusOf(options)
  if (status.code !== statusCodes.success) return refusal(status.text, status.code)
  // RFC 8415 §21.4: it is as if the association were not there.
  if (rebindingSeconds > 0 && renewalSeconds > rebindingSeconds) {
    return refusal(`T1 of ${renewalSeconds} s after T2 of ${rebindingSeconds} s`)
  }
  const isWanted = ({ address }: AssociatedAddress) => wanted?.equals(address) === true
  const usable = addresses.filter(isUsable)
  const given = usable.find(isWanted) ?? usable[0]
  if (given !== undefined) return { kind: 'grant', association, given }
  const isWithdrawn = addresses.some((each) => isWanted(each) && each.validSeconds === 0)
  if (isWithdrawn) return { kind: 'withdrawal', reason: `${wanted} is withdrawn` }
  return refusal(describeUseless(addresses))
}

function isUsable({ address, preferredSeconds, validSeconds, options }: AssociatedAddress) {
  return (
    isHostIpv6(address) &&
    validSeconds > 0 &&
    // RFC 8415 §21.6.
    preferredSeconds <= validSeconds &&
    statusOf(options).code === statusCodes.success
  )
}

function describeUseless([first]: readonly AssociatedAddress[]): string {
  if (first === undefined) return 'no address'
  const { address, preferredSeconds, validSeconds, options } = first
  const status = statusOf(options)
  if (status.code !== statusCodes.success) return `${address}: ${status.text}`
  return `${address} for ${validSeconds} s, preferred for ${preferredSeconds} s`
}

function refusal(reason: string, status: number = statusCodes.success): Judgement {
  return { kind: 'refusal', status, reason }
}
