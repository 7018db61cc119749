/** What clients of both versions of DHCP need of the world. */

import type { CniError } from '#base/cni-error.ts'
import type { Clock, Random } from '#host/host.ts'
import type { SentPacket } from '#kernel/packet-socket.ts'

/** The link that a client talks over. */
export interface Transport {
  /** Sends now, without waiting; a packet that cannot be sent counts as lost. */
  send(packet: SentPacket): void
}

/** Calls back once. */
export interface Alarms {
  /** After `delayMs`, unless the answer is disposed before. */
  start(delayMs: number, ring: () => void): Disposable
}

/** Why an address must not be used any more. */
export type Loss = 'refused' | 'expired' | 'contested'

/** Who uses leases. Called from within a client's methods, and from its constructor. */
export interface LeaseHolder<L> {
  /** A lease is granted or extended; `previous`, where there was one, may have had another address. */
  hold(lease: L, previous: L | undefined): void
  /** The address must not be used any more. The client goes on trying to get another. */
  lose(lease: L, loss: Loss): void
  /** There is no lease in time, and the client has stopped. */
  fail(error: CniError): void
}

/** All that a client needs of the world. */
export interface Ports<H> {
  readonly transport: Transport
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly random: Random
  readonly alarms: Alarms
  readonly user: H
}
