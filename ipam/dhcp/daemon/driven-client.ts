/** A client with a link that is open as long as the client needs it. */

import { messageOf } from '#base/collect-failures.ts'
import { DhcpClient, type LeaseUser } from '#ipam/dhcp/client/dhcp-client.ts'
import type { PhaseName } from '#ipam/dhcp/client/state.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { Link } from '#kernel/link.ts'
import { clientSettings } from './client-settings.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { LinkPath } from './leased-link.ts'
import { isGone, LinkAccess } from './link-access.ts'

/** Who has a client. */
export interface ClientOwner extends LeaseUser {
  /** The sandbox or its link is not there any more. */
  gone(error: unknown): void
  log(text: string): void
}

/** How a client begins. */
export interface ClientBeginning {
  /** A lease from before. */
  readonly lease?: Lease
  /** Whether somebody waits, so that there is an end to trying. */
  readonly hasBudget: boolean
}

/** In these a server was asked, and has not answered. */
const silentPhases: readonly PhaseName[] = ['renewing', 'rebinding', 'rebooting']

export class DrivenClient {
  readonly #site: DaemonSite
  readonly #order: LeaseOrder
  readonly #owner: ClientOwner
  readonly #access: LinkAccess
  #client: DhcpClient | undefined
  /** The link as it was when the client began. */
  #link: Link | undefined
  #hasBudget = false
  #hasLostPackets = false

  // biome-ignore lint/complexity/useMaxParams: none of them belongs to another
  constructor(site: DaemonSite, order: LeaseOrder, path: LinkPath, owner: ClientOwner) {
    this.#site = site
    this.#order = order
    this.#owner = owner
    this.#access = new LinkAccess({
      ...path,
      receive: (packet) => this.#on(() => this.#client?.receive(packet)),
      onLoss: (error) => this.#noteLoss(error),
    })
  }

  /** Nothing before the beginning. */
  get phase(): PhaseName | undefined {
    return this.#client?.phase
  }

  start(link: Link, beginning: ClientBeginning): void {
    this.#link = link
    this.#hasBudget = beginning.hasBudget
    const { clock, random } = this.#site.host
    this.#client = new DhcpClient(
      clientSettings(this.#site, this.#order, link),
      { isLinkUp: true, ...beginning },
      {
        transport: this.#access,
        clock,
        random,
        alarms: { start: (ms, ring) => clock.startTimer(ms, () => this.#wake(ring)) },
        user: this.#owner,
      },
    )
    this.#rest()
  }

  /** Gives the lease back, and ends. Returns whether the server is likely to have heard of it. */
  release(): boolean {
    const phase = this.phase
    this.#hasLostPackets = false
    this.#client?.release()
    this.#access.close()
    return phase !== undefined && !silentPhases.includes(phase) && !this.#hasLostPackets
  }

  /** Ends and keeps the lease. */
  abandon(): void {
    this.#client?.abandon()
    this.#access.close()
  }

  /** Much may have happened to the link while the client slept. */
  #wake(ring: () => void): void {
    try {
      const { link } = this.#access.open()
      if (link.mac === this.#link?.mac) this.#on(ring)
      else this.#beginAgain(link)
    } catch (error) {
      if (isGone(error)) this.#owner.gone(error)
      else this.#on(ring)
    }
  }

  /** Servers send answers to the hardware address that they were asked from. */
  #beginAgain(link: Link): void {
    const lease = this.#client?.lease
    this.abandon()
    const hasBudget = this.#hasBudget && lease === undefined
    this.start(link, { hasBudget, ...(lease && { lease }) })
  }

  #on(event: () => void): void {
    event()
    this.#rest()
  }

  /** Whoever waits for nothing but a moment needs no link. */
  #rest(): void {
    const { phase } = this
    if (phase === undefined || phase === 'bound' || phase === 'stopped') this.#access.close()
  }

  #noteLoss(error: unknown): void {
    this.#hasLostPackets = true
    this.#owner.log(messageOf(error))
  }
}
