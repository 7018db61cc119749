/**
 * Giving a lease back whose link is gone, over the link of the host that it was built on.
 *
 * No server answers a DHCPRELEASE, so nobody knows whether one has been heard. But a server that is
 * asked whether the lease is still good (INIT-REBOOT) answers, and then hears the other as well.
 */

import { messageOf } from '#base/collect-failures.ts'
import { DhcpClient } from '#ipam/dhcp/client/dhcp-client.ts'
import { dhcpPorts } from '#ipam/dhcp/client/packets.ts'
import type { ClientSettings } from '#ipam/dhcp/client/settings.ts'
import { type Lease, momentsOf } from '#ipam/dhcp/lease/lease.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import { describeKey } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { SentPacket } from '#kernel/packet-socket.ts'
import { clientSettings } from './client-settings.ts'
import type { DaemonSite } from './daemon-site.ts'
import { LinkAccess, openLink } from './link-access.ts'
import { findWayOut } from './lower-link.ts'

/** What is to be given back. */
export interface Debt {
  readonly record: LeaseRecord
  readonly lease: Lease
}

const firstPauseMs = 1000
const longestPauseMs = 30_000
/** Of a lease without end. */
const longestMs = 86_400_000
/** RFC 791: what every link takes. */
const leastMtu = 576
const tooLate = 'it has expired before a server was there'
/** Nobody waits for the answer but this. */
const timing = { firstWaitMs: 1000, longestWaitMs: 2000, budgetMs: longestMs }

export class LateRelease {
  readonly record: LeaseRecord
  readonly #site: DaemonSite
  readonly #lease: Lease
  readonly #onEnd: (outcome: string) => void
  readonly #access: LinkAccess
  readonly #endMs: number
  #client: DhcpClient | undefined
  #timer: Disposable | undefined
  #pauseMs = firstPauseMs
  #isOver = false
  #isEnded = false

  /** @param onEnd told once what became of it, unless it is ended before */
  constructor(site: DaemonSite, { record, lease }: Debt, onEnd: (outcome: string) => void) {
    this.record = record
    this.#site = site
    this.#lease = lease
    this.#onEnd = onEnd
    const beginMs = site.host.clock.monotonicMs()
    this.#endMs = momentsOf(lease)?.expiryAtMs ?? beginMs + longestMs
    this.#access = new LinkAccess(dhcpPorts.client, {
      open: () => openLink(site.openHostNamespace, (host) => findWayOut(host, record.place)),
      receive: (packet) => this.#client?.receive(packet),
      notSent: (error) => site.log(describeKey(record.order.key), messageOf(error)),
    })
  }

  start(): void {
    this.#tryIn(0)
  }

  end(): void {
    this.#isEnded = true
    this.#timer?.[Symbol.dispose]()
    this.#stop()
  }

  #tryIn(ms: number): void {
    if (this.#isEnded) return
    this.#timer = this.#site.host.clock.startTimer(ms, () => this.#try())
  }

  #try(): void {
    const { clock, random } = this.#site.host
    const lease = this.#lease
    if (clock.monotonicMs() >= this.#endMs) {
      this.#onEnd(tooLate)
      return
    }
    this.#client = new DhcpClient(
      this.#settings(),
      { isLinkUp: true, hasBudget: false, lease },
      {
        transport: { send: (packet) => this.#send(packet) },
        clock,
        random,
        alarms: { start: (ms, ring) => clock.startTimer(ms, ring) },
        user: {
          hold: (held) => this.#later(held === lease ? () => this.#tryLater() : () => this.#give()),
          lose: (_, loss) => this.#lose(loss),
          fail: (error) => this.#later(() => this.#onEnd(error.message)),
        },
      },
    )
  }

  #settings(): ClientSettings {
    const { record } = this
    const { mac } = record.place
    const settings = clientSettings(this.#site, record.order, { mac, mtu: leastMtu })
    // Nobody has the address any more, or the hardware address, so that answers must go to all.
    return { ...settings, wantsBroadcast: true, timing }
  }

  /** Clients are not to be ended from within. */
  #later(work: () => void): void {
    this.#timer = this.#site.host.clock.startTimer(0, () => {
      if (!this.#isEnded) work()
      this.#stop()
    })
  }

  #send(packet: SentPacket): void {
    if (!this.#isOver) this.#access.send(packet)
  }

  /** Another lease is not wanted. */
  #lose(loss: Loss): void {
    this.#isOver = true
    const outcome = loss === 'expired' ? tooLate : 'the server does not know it any more'
    this.#later(() => this.#onEnd(outcome))
  }

  #give(): void {
    this.#client?.release()
    this.#onEnd('given back')
  }

  #tryLater(): void {
    this.#stop()
    this.#tryIn(this.#pauseMs)
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs)
  }

  #stop(): void {
    this.#client?.abandon()
    this.#client = undefined
    this.#access.close()
  }
}
