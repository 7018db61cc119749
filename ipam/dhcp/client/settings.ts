/** What a client is told before it begins. */

import type { Mac } from '#ip/mac.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'

/** Who asks, and how. */
export interface ClientSettings {
  /** The hardware address of the link. */
  readonly mac: Mac
  /** The value of option 61. */
  readonly identifier: Uint8Array
  /** Options of DHCPDISCOVER and DHCPREQUEST; they beat those that the client sends of itself. */
  readonly provided: DhcpOptions
  /** The codes of option 55. */
  readonly requested: readonly number[]
  /** Asks servers to broadcast, for links that share a hardware address with others (ipvlan). */
  readonly wantsBroadcast: boolean
  /** The largest packet that the link takes, in bytes. */
  readonly mtu: number
  readonly conflictProbe: ConflictProbe
  readonly timing: ClientTiming
}

/** How an address is looked for on the link before it is taken (RFC 5227 §2.1.1). */
export interface ConflictProbe {
  /** How often somebody is asked for; 0 for not at all. */
  readonly count: number
  /** How long an answer is waited for each time. */
  readonly intervalMs: number
}

/** How long a client waits, and how often. */
export interface ClientTiming {
  /** For the first answer; every further wait is twice as long. The daemon's `-timeout`. */
  readonly firstWaitMs: number
  /** No wait is longer. The daemon's `-resendmax`. */
  readonly longestWaitMs: number
  /** After that an acquisition has failed. The daemon's `-resendtimeout`. */
  readonly budgetMs: number
}

/** The waits of RFC 2131 §4.1, and the reference's budget. */
export const defaultTiming: ClientTiming = {
  firstWaitMs: 4_000,
  longestWaitMs: 64_000,
  budgetMs: 208_000,
}
