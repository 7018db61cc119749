/** Giving a lease back whose link has gone, over the link of the host that it was built on. */

import { messageOf } from '#base/collect-failures.ts'
import { describeKey } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { DaemonSite } from './daemon-site.ts'
import { LinkAccess, openLink } from './link-access.ts'
import { findWayOut } from './lower-link.ts'
import type { ReleaseAttempt, ReleaseMethod, ReleaseOutcome } from './release-method.ts'

const firstPauseMs = 1000
const longestPauseMs = 30_000
/** Of a lease without end. */
const longestMs = 86_400_000

/** Tries again and again until a server has heard of it, or the lease has expired. */
export class LateRelease {
  readonly #site: DaemonSite
  readonly #method: ReleaseMethod
  readonly #onEnd: (outcome: ReleaseOutcome) => void
  readonly #log: (text: string) => void
  readonly #access: LinkAccess
  readonly #endMs: number
  #attempt: ReleaseAttempt | undefined
  #timer: Disposable | undefined
  #pauseMs = firstPauseMs
  #isEnded = false

  /** @param onEnd told once what became of it, unless it is ended before */
  // biome-ignore lint/complexity/useMaxParams: none of them belongs to another
  constructor(
    site: DaemonSite,
    record: LeaseRecord,
    method: ReleaseMethod,
    onEnd: (outcome: ReleaseOutcome) => void,
  ) {
    this.#site = site
    this.#method = method
    this.#onEnd = onEnd
    this.#log = (text) => site.log(describeKey(record.order.key), text)
    this.#endMs = Math.min(method.expiryAtMs, site.host.clock.monotonicMs() + longestMs)
    this.#access = new LinkAccess(method.port, {
      open: () => openLink(site.openHostNamespace, (host) => findWayOut(host, record.place)),
      receive: (packet) => this.#attempt?.receive(packet),
      notSent: (error) => this.#log(messageOf(error)),
    })
  }

  start(): void {
    this.#tryIn(0)
  }

  end(): void {
    this.#isEnded = true
    this.#stop()
  }

  #stop(): void {
    this.#timer?.[Symbol.dispose]()
    this.#attempt?.abandon()
    this.#attempt = undefined
    this.#access.close()
  }

  #tryIn(ms: number): void {
    this.#timer = this.#site.host.clock.startTimer(ms, () => this.#try())
  }

  #try(): void {
    if (this.#site.host.clock.monotonicMs() >= this.#endMs) {
      this.#onEnd('expired')
      return
    }
    try {
      this.#attempt = this.#method.begin({
        site: this.#site,
        transport: this.#access,
        open: () => this.#access.open(),
        report: (outcome) => this.#conclude(outcome),
      })
    } catch (error) {
      this.#log(messageOf(error))
      this.#conclude('silent')
    }
  }

  /** Clients are not to be ended from within. */
  #conclude(outcome: ReleaseOutcome): void {
    if (this.#isEnded) return
    this.#timer = this.#site.host.clock.startTimer(0, () => {
      this.#stop()
      if (outcome === 'silent') this.#tryLater()
      else this.#onEnd(outcome)
    })
  }

  #tryLater(): void {
    this.#tryIn(this.#pauseMs)
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs)
  }
}
