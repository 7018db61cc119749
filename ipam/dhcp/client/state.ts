/** What a client is doing, what can happen to it, and what it does then. */

import type { Random } from '#host/host.ts'
import type { IpAddress } from '#ip/address.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { AddressClaim, ArpPacket } from '#ipam/dhcp/packet/arp.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import type { Received, Reply } from './replies.ts'
import type { Sending, ServedAddress, Transaction } from './requests.ts'
import type { ClientSettings } from './settings.ts'

/** What a client remembers in every phase. All moments are of the clock that `Context` tells. */
export interface Memory {
  readonly isLinkUp: boolean
  /** When the acquisition fails; absent once there has been a lease. */
  readonly giveUpAtMs: number | undefined
  /** How many attempts have been refused since there was a lease. */
  readonly refusals: number
  /** Why there is no lease yet, for whoever waits for one. */
  readonly trouble: string | undefined
  /** An address that the client would like to have again. */
  readonly wanted: IpAddress | undefined
}

/** A message that is sent until it is answered. */
export interface Exchange {
  /** As it was sent last. */
  readonly on: Transaction
  readonly startedMs: number
  readonly sentMs: number
  readonly sends: number
  readonly resendAtMs: number
}

/** The states of RFC 2131 figure 5, and what a client remembers in each alone. */
export interface Phases {
  readonly init: { readonly resumeAtMs: number }
  readonly selecting: { readonly exchange: Exchange }
  readonly requesting: { readonly exchange: Exchange; readonly offered: ServedAddress }
  /** The check that RFC 2131 §4.4.1 demands before an address is taken into use. */
  readonly probing: {
    readonly lease: Lease
    /** What is in use meanwhile. */
    readonly previous: Lease | undefined
    readonly probes: number
    readonly resendAtMs: number
  }
  readonly bound: { readonly lease: Lease; readonly renewAtMs: number | undefined }
  readonly renewing: { readonly lease: Lease; readonly exchange: Exchange }
  readonly rebinding: { readonly lease: Lease; readonly exchange: Exchange }
  readonly rebooting: { readonly lease: Lease; readonly exchange: Exchange }
  readonly stopped: object
}

export type PhaseName = keyof Phases

export type ClientState<P extends PhaseName = PhaseName> = {
  [K in P]: Memory & { readonly phase: K } & Phases[K]
}[P]

interface Signals {
  /** The moment that `alarmOf` tells has come, or another. */
  readonly alarm: object
  readonly linkUp: object
  readonly arp: { readonly packet: ArpPacket }
  readonly offer: Omit<Reply, 'kind'>
  readonly ack: Omit<Reply, 'kind'>
  readonly nak: Omit<Reply, 'kind'>
}

export type SignalKind = keyof Signals

/** What a phase can react to. */
export type Signal<K extends SignalKind = SignalKind> = {
  [L in K]: { readonly kind: L } & Signals[L]
}[K]

/** What happens to a client. */
export type ClientEvent =
  | Signal<'alarm' | 'linkUp' | 'arp'>
  | { readonly kind: 'linkDown' }
  | { readonly kind: 'message'; readonly received: Received }
  /** Nobody needs the address any more, or with `releases` false: somebody else goes on with it. */
  | { readonly kind: 'stop'; readonly releases: boolean }

/** What a client has done to the world. */
export type Action =
  | { readonly kind: 'send'; readonly sending: Sending }
  | { readonly kind: 'probe'; readonly claim: AddressClaim }
  /** The lease is granted, or extended: `previous` is the one before. */
  | { readonly kind: 'hold'; readonly lease: Lease; readonly previous: Lease | undefined }
  | { readonly kind: 'lose'; readonly lease: Lease; readonly loss: Loss }
  /** There is no lease within the budget; `reason` is the end of a sentence. */
  | { readonly kind: 'fail'; readonly reason: string }

/** What a client is and does after an event. */
export interface Step {
  readonly state: ClientState
  readonly actions: readonly Action[]
}

/** What a step may look at besides the state. */
export interface Context {
  readonly settings: ClientSettings
  readonly random: Random
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: number
}

/** The part of a state that every phase has. */
export function memoryOf(state: ClientState): Memory {
  const { isLinkUp, giveUpAtMs, refusals, trouble, wanted } = state
  return { isLinkUp, giveUpAtMs, refusals, trouble, wanted }
}
