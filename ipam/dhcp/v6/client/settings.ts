/** What a client is told before it begins. */

import type { IpAddress } from '#ip/address.ts'
import { optionCodes6 } from '#ipam/dhcp/v6/message/option-codes.ts'

/** Who asks, and how. */
export interface ClientSettings6 {
  /**
   * A link-local address of the link that is known as unique: servers answer to it, and look for it as
   * neighbours first.
   */
  readonly source: IpAddress
  /** Who the client is; the same for as long as it wants to have its address again. */
  readonly duid: Uint8Array
  /**
   * Which of the links that share the DUID this one is, an unsigned number of 32 bits, always the same.
   * Where each link has a DUID of its own, one number serves them all.
   */
  readonly iaid: number
  /** The codes of option 6, without those that the protocol itself needs. */
  readonly requested: readonly number[]
  /** Whether a server may grant a lease at once, without an offer (RFC 8415 §18.2.1). */
  readonly rapidCommit: boolean
  /** After that an acquisition has failed. */
  readonly budgetMs: number
}

/** What else of a lease than its address reaches a container. */
export const defaultRequested6: readonly number[] = [
  optionCodes6.dnsServers,
  optionCodes6.domainSearch,
]
