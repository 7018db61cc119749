/** What is particular to one version of DHCP, for whoever keeps leases of both. */

import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { LeaseHolder, Ports } from '#ipam/dhcp/ports.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { ReceivedPacket } from '#kernel/packet-socket.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { OpenLink } from './link-access.ts'

/** A client of either version. */
export interface LeaseClient<L> {
  /** What it does, in the words of its RFC. */
  readonly phase: string
  readonly lease: L | undefined
  receive(packet: ReceivedPacket): void
  /** Gives the lease back, without waiting. */
  release(): void
  /** Ends and keeps the lease. */
  abandon(): void
  /** Somebody else has the address: tells the server, and gets another one. */
  decline?(wishes: Pick<ClientBeginning<L>, 'hasBudget'>): void
}

/** How a client begins. */
export interface ClientBeginning<L> {
  /** A lease from before. */
  readonly lease?: L
  /** Whether somebody waits, so that there is an end to trying. */
  readonly hasBudget: boolean
}

/** All that a new client is told. */
export interface ClientRequest<L> {
  readonly site: DaemonSite
  readonly order: LeaseOrder
  readonly open: OpenLink
  readonly beginning: ClientBeginning<L>
  readonly ports: Ports<LeaseHolder<L>>
}

export interface LeaseProtocol<L> {
  /** The UDP port that answers come to. */
  readonly port: number
  start(request: ClientRequest<L>): LeaseClient<L>
  assignmentOf(lease: L, order: LeaseOrder): LeaseAssignment
  /** `lease of 10.1.2.3/24 from 10.1.2.1 for 120 s` */
  describe(lease: L): string
}
