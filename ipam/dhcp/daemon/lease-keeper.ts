/** The leases of one link, from the order to their end. */

import type { CniError } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import { describeKey, type LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import { cancelledError, failedError } from './acquisition-error.ts'
import type { DaemonSite } from './daemon-site.ts'
import { DuplicateWatch } from './duplicate-watch.ts'
import { KeptRecord } from './kept-record.ts'
import type { Line, LineOwner } from './lease-line.ts'
import { LeaseLines } from './lease-lines.ts'
import { LeasedLink } from './leased-link.ts'
import { isGone, type OpenLink } from './link-access.ts'
import { Waiter } from './waiter.ts'
import { WorkQueue } from './work-queue.ts'

/** What a keeper tells of itself. */
export interface KeeperEvents {
  /** The sandbox or its link is not there any more. */
  gone(keeper: LeaseKeeper, error: unknown): void
}

/** What is left to do when leases have ended. */
export interface Ending {
  readonly record: LeaseRecord | undefined
  /** Whether the servers are likely to have heard that the leases are given back. */
  readonly isHeard: boolean
}

export class LeaseKeeper implements LineOwner {
  readonly order: LeaseOrder
  readonly lines: LeaseLines
  readonly #site: DaemonSite
  readonly #events: KeeperEvents
  readonly #link: LeasedLink
  readonly #kept: KeptRecord
  #duplicates: DuplicateWatch | undefined
  /** Whoever waits for the first leases, which the plugin that asked for them puts on the link. */
  #waiter: Waiter<Line> | undefined
  /** The next attempt after all addresses were lost. */
  #retry: Disposable | undefined
  #isEnded = false
  /** Changes of the link and of the file. */
  readonly #work = new WorkQueue()

  constructor(site: DaemonSite, order: LeaseOrder, events: KeeperEvents) {
    this.order = order
    this.#site = site
    this.#events = events
    const { kernel, hostPrefix, host } = site
    const path = `${hostPrefix}${order.netns}`
    this.#link = new LeasedLink({ kernel, path, ifName: order.key.ifName }, host.clock)
    this.#kept = new KeptRecord(site, order, this.#link)
    this.lines = new LeaseLines(site, order, this)
  }

  /** The keeper of leases of a daemon before, which is to `adopt` them. */
  static of(site: DaemonSite, record: LeaseRecord, events: KeeperEvents): LeaseKeeper {
    const keeper = new LeaseKeeper(site, record.order, events)
    keeper.#kept.place = record.place
    keeper.lines.remember(record)
    return keeper
  }

  /** Whether it waits to try again to get an address. */
  get isLost(): boolean {
    return this.#retry !== undefined
  }

  /** What the link has of its leases; nothing when there are none. */
  get assignment(): LeaseAssignment | undefined {
    return this.lines.hasLease ? this.#link.assignment : undefined
  }

  /**
   * Gets the first leases, and has them on disk. After a failure there is nothing but ending.
   *
   * @throws SystemError or CniError
   */
  async acquire(): Promise<void> {
    await this.#link.bringUp(this.#wantsIpv6)
    await this.#kept.locate()
    if (this.#isEnded) {
      await this.#link.restore()
      throw cancelledError(this.order)
    }
    this.#waiter = new Waiter(this.lines.all)
    this.#link.using((open) => this.lines.start(open))
    await this.#waiter.whenDone
    await this.#work.add(() => this.#save())
    this.#waiter = undefined
  }

  /** Goes on with the leases of a daemon before. @throws SystemError, see `isGone` */
  async adopt(): Promise<void> {
    this.#link.find()
    if (!this.lines.hasLease) this.#retryLater()
    else {
      await this.#link.adopt(this.lines.assignment)
      if (!this.#isEnded) this.#link.using((open) => this.lines.resume(open))
    }
  }

  /** Whether the link is still where it was. @throws SystemError */
  async isInPlace(): Promise<boolean> {
    return await this.#kept.isInPlace()
  }

  /** Gives the leases back, and ends. Waits for no server. */
  async release(): Promise<Ending> {
    const record = this.lines.hasLease ? this.#kept.of(this.lines.leases) : undefined
    const isHeard = this.lines.release()
    await this.#end()
    return { record, isHeard }
  }

  /** Ends and leaves the leases to the next daemon; those that nobody was told of are given back. */
  async abandon(): Promise<void> {
    if (this.#waiter === undefined) this.lines.abandon()
    else this.lines.release()
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#isEnded = true
    this.#retry?.[Symbol.dispose]()
    this.#duplicates?.[Symbol.dispose]()
    this.#waiter?.fail(cancelledError(this.order))
    await this.#work.drain()
    // Nobody was told of a lease, so nobody uses the link.
    if (this.#waiter !== undefined) await this.#link.restore()
  }

  get #wantsIpv6(): boolean {
    return this.order.families.includes(6)
  }

  /** For its lines, as all that follows. @throws SystemError, see `isGone` */
  open(): OpenLink {
    return this.#link.open()
  }

  held(line: Line): void {
    const waiter = this.#waiter
    this.#inBackground(async () => {
      const { assignment } = this.lines
      if (waiter === undefined) {
        await this.#link.change(assignment)
        await this.#save()
      } else {
        await this.#link.adopt(assignment)
        waiter.done(line)
      }
    })
    if (line === this.lines.line6 && this.order.conflictProbe.count > 0) this.#watchDuplicates()
  }

  lost(_: Line, loss: Loss): void {
    this.#inBackground(async () => {
      await this.#link.change(this.lines.assignment)
      if (loss === 'expired' && !this.lines.hasLease) await this.#sleep()
      await this.#save()
    })
  }

  failed(line: Line, error: CniError): void {
    this.log(error.message)
    if (this.#waiter !== undefined) this.#waiter.fail(failedError(this.order, error))
    else
      this.#inBackground(async () => {
        // Beside another lease there is no hurry, and no end to trying.
        if (this.lines.hasLease) this.#link.using((open) => line.resume(open))
        else await this.#sleep()
      })
  }

  gone(error: unknown): void {
    this.#events.gone(this, error)
  }

  log(text: string): void {
    this.#site.log(describeKey(this.order.key), text)
  }

  #watchDuplicates(): void {
    this.#duplicates ??= new DuplicateWatch(this.#site.host.clock, () =>
      this.#inBackground(() => this.#declineDuplicate()),
    )
    this.#duplicates.start()
  }

  async #declineDuplicate(): Promise<void> {
    const { line6 } = this.lines
    const address = line6?.lease?.address
    if (address !== undefined && this.#link.hasDuplicate(address)) line6?.decline()
  }

  /** A link that is down for want of an address is brought up for as long as asking takes. */
  async #sleep(): Promise<void> {
    this.lines.abandon()
    this.log('no lease is left: bringing the link down')
    await this.#link.bringDown()
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isEnded) return
    const { host, timing } = this.#site
    this.#retry?.[Symbol.dispose]()
    this.#retry = host.clock.startTimer(timing.longestWaitMs, () => {
      this.#retry = undefined
      this.#inBackground(async () => {
        await this.#link.bringUp(this.#wantsIpv6)
        if (!this.#isEnded) this.#link.using((open) => this.lines.start(open))
      })
    })
  }

  #inBackground(work: () => Promise<void>): void {
    this.#work.add(work).catch((error) => {
      this.#waiter?.fail(error)
      if (isGone(error)) this.gone(error)
      else this.log(messageOf(error))
    })
  }

  async #save(): Promise<void> {
    if (!this.#isEnded) await this.#kept.write(this.lines.leases)
  }
}
