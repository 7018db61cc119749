/** What a client is doing, what can happen to it, and what it does then. */

import type { Random } from '#host/host.ts'
import type { IpAddress } from '#ip/address.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import type { Received6, Reply6 } from './replies.ts'
import type { ServedAddress6 } from './requests.ts'
import type { ClientSettings6 } from './settings.ts'

/** What a client remembers in every phase. All moments are of the clock that `Context6` tells. */
export interface Memory6 {
  readonly isLinkUp: boolean
  /** When the acquisition fails; absent once there has been a lease. */
  readonly giveUpAtMs: number | undefined
  /** How many attempts have been refused, or addresses declined, since a lease was last extended. */
  readonly refusals: number
  /** Why there is no lease yet, for whoever waits for one. */
  readonly trouble: string | undefined
  /** An address that the client would like to have again. */
  readonly wanted: IpAddress | undefined
  /** What servers have said that no wait between two SOLICITs may exceed. */
  readonly solicitMaxMs: number | undefined
}

/** A message that is sent until it is answered, RFC 8415 §15. */
export interface Exchange6 {
  readonly transaction: number
  /** When it was sent first, or will be. */
  readonly startedMs: number
  /** When it was sent last. */
  readonly sentMs: number
  readonly sends: number
  /** The wait that `resendAtMs` ends; 0 before the first transmission. */
  readonly waitMs: number
  readonly resendAtMs: number
}

/** What a server has offered. */
export interface Offer {
  readonly served: ServedAddress6
  readonly preference: number
}

/** What RFC 8415 §18.2 has a client do, and what it remembers in each phase alone. */
export interface Phases6 {
  readonly init: { readonly resumeAtMs: number }
  readonly soliciting: { readonly exchange: Exchange6; readonly best: Offer | undefined }
  readonly requesting: {
    readonly exchange: Exchange6
    readonly offered: ServedAddress6
    /** What is in use meanwhile, though the server knows nothing of it. */
    readonly previous: Lease6 | undefined
  }
  readonly bound: { readonly lease: Lease6 }
  readonly renewing: { readonly lease: Lease6; readonly exchange: Exchange6 }
  readonly rebinding: { readonly lease: Lease6; readonly exchange: Exchange6 }
  readonly confirming: { readonly lease: Lease6; readonly exchange: Exchange6 }
  /** Nothing is in use. */
  readonly declining: { readonly declined: ServedAddress6; readonly exchange: Exchange6 }
  /** Nothing is in use. */
  readonly releasing: { readonly released: ServedAddress6; readonly exchange: Exchange6 }
  readonly stopped: object
}

export type PhaseName6 = keyof Phases6

export type ClientState6<P extends PhaseName6 = PhaseName6> = {
  [K in P]: Memory6 & { readonly phase: K } & Phases6[K]
}[P]

interface Signals6 {
  /** The moment that `alarmOf6` tells has come, or another. */
  readonly alarm: object
  readonly linkUp: object
  /** Somebody else has the address; with `hasBudget`, somebody waits for another one. */
  readonly conflict: { readonly hasBudget: boolean }
  readonly advertise: Omit<Reply6, 'kind'>
  readonly reply: Omit<Reply6, 'kind'>
}

export type SignalKind6 = keyof Signals6

/** What a phase can react to. */
export type Signal6<K extends SignalKind6 = SignalKind6> = {
  [L in K]: { readonly kind: L } & Signals6[L]
}[K]

/** What happens to a client. */
export type ClientEvent6 =
  | Signal6<'alarm' | 'linkUp' | 'conflict'>
  | { readonly kind: 'linkDown' }
  | { readonly kind: 'message'; readonly received: Received6 }
  /** Nobody needs the address any more, or with `releases` false: somebody else goes on with it. */
  | { readonly kind: 'stop'; readonly releases: boolean }

/** What a client has done to the world. */
export type Action6 =
  | { readonly kind: 'send'; readonly message: Dhcp6Message }
  /** The lease is granted, or extended: `previous` is the one before. */
  | { readonly kind: 'hold'; readonly lease: Lease6; readonly previous: Lease6 | undefined }
  | { readonly kind: 'lose'; readonly lease: Lease6; readonly loss: Loss }
  /** There is no lease within the budget; `reason` is the end of a sentence. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** What there was to give back has been given back, as far as that is known. */
  | { readonly kind: 'released'; readonly isConfirmed: boolean }

/** What a client is and does after an event. */
export interface Step6 {
  readonly state: ClientState6
  readonly actions: readonly Action6[]
}

/** What a step may look at besides the state. */
export interface Context6 {
  readonly settings: ClientSettings6
  readonly random: Random
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: number
}

/** The part of a state that every phase has. */
export function memoryOf6(state: ClientState6): Memory6 {
  const { isLinkUp, giveUpAtMs, refusals, trouble, wanted, solicitMaxMs } = state
  return { isLinkUp, giveUpAtMs, refusals, trouble, wanted, solicitMaxMs }
}
