/** The lease of one version of DHCP on a link, and its client, with sockets as long as it needs them. */

import type { CniError } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Mac } from '#ip/mac.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { LeaseHolder, Loss } from '#ipam/dhcp/ports.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { ReceivedPacket } from '#kernel/packet-socket.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { ClientBeginning, LeaseClient, LeaseProtocol } from './lease-protocol.ts'
import { type AccessUser, isGone, LinkAccess, type OpenLink } from './link-access.ts'

/** Who keeps leases. */
export interface LineOwner {
  /** The link to talk over. @throws SystemError, see `isGone` */
  open(): OpenLink
  held(line: Line): void
  lost(line: Line, loss: Loss): void
  failed(line: Line, error: CniError): void
  /** The sandbox or its link is not there any more. */
  gone(error: unknown): void
  log(text: string): void
}

/** A lease and its client, of whichever version. */
export type Line = Pick<
  LeaseLine<unknown>,
  'phase' | 'hasLease' | 'assignment' | 'resume' | 'start' | 'release' | 'abandon'
>

/** In these a server was asked, and has not answered. */
const silentPhases = ['renewing', 'rebinding', 'rebooting', 'confirming']
/** In these nothing is heard but noise. */
const restingPhases = ['bound', 'stopped']

/** There may be a thousand of them: what calls it back is itself, rather than a closure for each purpose. */
export class LeaseLine<L> implements LeaseHolder<L>, AccessUser {
  readonly #site: DaemonSite
  readonly #order: LeaseOrder
  readonly #protocol: LeaseProtocol<L>
  readonly #owner: LineOwner
  readonly #access: LinkAccess
  #lease: L | undefined
  #client: LeaseClient<L> | undefined
  /** The link's when the client began. */
  #mac: Mac | undefined
  #hasBudget = false
  #hasLostPackets = false

  // biome-ignore lint/complexity/useMaxParams: none of them belongs to another
  constructor(site: DaemonSite, order: LeaseOrder, protocol: LeaseProtocol<L>, owner: LineOwner) {
    this.#site = site
    this.#order = order
    this.#protocol = protocol
    this.#owner = owner
    this.#access = new LinkAccess(protocol.port, this)
  }

  /** What the client does, in the words of its RFC. */
  get phase(): string {
    return this.#client?.phase ?? 'init'
  }

  /** The lease that is in use. */
  get lease(): L | undefined {
    return this.#lease
  }

  get hasLease(): boolean {
    return this.#lease !== undefined
  }

  /** What the lease gives to the link. */
  get assignment(): LeaseAssignment | undefined {
    return this.#lease && this.#protocol.assignmentOf(this.#lease, this.#order)
  }

  /** Notes a lease from before, with which the client will begin. */
  remember(lease: L | undefined): void {
    this.#lease = lease
  }

  /** Goes on with the lease from before, or without one, until there is another. */
  resume(open: OpenLink): void {
    const lease = this.#lease
    this.#begin(open, { hasBudget: false, ...(lease && { lease }) })
  }

  /** Gets a lease, within the time that somebody may wait. */
  start(open: OpenLink): void {
    this.#begin(open, { hasBudget: true })
  }

  /** Gives the lease back, and ends. Returns whether the server is likely to have heard of it. */
  release(): boolean {
    const { phase } = this
    const isBegun = this.#client !== undefined
    this.#hasLostPackets = false
    this.#client?.release()
    this.#access.close()
    return isBegun && !silentPhases.includes(phase) && !this.#hasLostPackets
  }

  /** Tells the server that somebody else has the address, and gets another one. */
  decline(): void {
    this.#on(() => this.#client?.decline?.({ hasBudget: false }))
  }

  /** Ends and keeps the lease. */
  abandon(): void {
    this.#client?.abandon()
    this.#access.close()
  }

  #begin(open: OpenLink, beginning: ClientBeginning<L>): void {
    this.#mac = open.link.mac
    this.#hasBudget = beginning.hasBudget
    const { clock, random } = this.#site.host
    const alarms = {
      start: (ms: number, ring: () => void) => clock.startTimer(ms, () => this.#wake(ring)),
    }
    const [site, order] = [this.#site, this.#order]
    const ports = { transport: this.#access, clock, random, alarms, user: this }
    this.#client = this.#protocol.start({ site, order, open, beginning, ports })
    this.#rest()
  }

  /** For the client. */
  hold(lease: L): void {
    this.#lease = lease
    this.#owner.log(this.#protocol.describe(lease))
    this.#owner.held(this)
  }

  /** For the client. */
  lose(lease: L, loss: Loss): void {
    this.#lease = undefined
    this.#owner.log(`${loss}: ${this.#protocol.describe(lease)}`)
    this.#owner.lost(this, loss)
  }

  /** For the client. */
  fail(error: CniError): void {
    this.#owner.failed(this, error)
  }

  /** For the sockets. @throws SystemError, see `isGone` */
  open(): OpenLink {
    return this.#owner.open()
  }

  /** For the sockets. */
  receive(packet: ReceivedPacket): void {
    this.#on(() => this.#client?.receive(packet))
  }

  /** For the sockets. */
  notSent(error: unknown): void {
    this.#hasLostPackets = true
    this.#owner.log(messageOf(error))
  }

  /** Much may have happened to the link while the client slept. */
  #wake(ring: () => void): void {
    try {
      const open = this.#access.open()
      if (open.link.mac === this.#mac) this.#on(ring)
      else this.#beginAgain(open)
    } catch (error) {
      if (isGone(error)) this.#owner.gone(error)
      else this.#on(ring)
    }
  }

  /** Servers send answers to the hardware address that they were asked from. */
  #beginAgain(open: OpenLink): void {
    const lease = this.#client?.lease
    this.#client?.abandon()
    const hasBudget = this.#hasBudget && lease === undefined
    this.#begin(open, { hasBudget, ...(lease && { lease }) })
  }

  #on(event: () => void): void {
    event()
    this.#rest()
  }

  /** Whoever waits for nothing but a moment needs no link. */
  #rest(): void {
    if (restingPhases.includes(this.phase)) this.#access.close()
  }
}
