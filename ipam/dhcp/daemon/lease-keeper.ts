/** The leases of one link, from the order to their end. */

import type { CniError } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { joinAssignments, type LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import { describeKey, type LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { LeasePlace, LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { cancelledError, failedError } from './acquisition-error.ts'
import type { DaemonSite } from './daemon-site.ts'
import { LeaseLine, type Line, type LineOwner } from './lease-line.ts'
import { LeasedLink } from './leased-link.ts'
import { isGone } from './link-access.ts'
import { findPlace, isSamePlace } from './place.ts'
import { protocol4 } from './protocol4.ts'
import { protocol6 } from './protocol6.ts'
import { Waiter } from './waiter.ts'

/** What a keeper tells of itself. */
export interface KeeperEvents {
  /** The sandbox or its link is not there any more. */
  gone(keeper: LeaseKeeper, error: unknown): void
}

/** What is left to do when leases have ended. */
export interface Ending {
  readonly record: LeaseRecord | undefined
  /** Whether the IPv4 server is likely to have heard that the lease is given back. */
  readonly isHeard: boolean
}

export class LeaseKeeper {
  readonly order: LeaseOrder
  readonly #site: DaemonSite
  readonly #events: KeeperEvents
  readonly #link: LeasedLink
  readonly #line4: LeaseLine<Lease>
  readonly #line6: LeaseLine<Lease6>
  /** Those that were ordered. */
  readonly #lines: readonly Line[]
  #place: LeasePlace | undefined
  /** Whoever waits for the first leases, which the plugin that asked for them puts on the link. */
  #waiter: Waiter<Line> | undefined
  /** The next attempt after all addresses were lost. */
  #retry: Disposable | undefined
  #isEnded = false
  /** Changes of the link and of the file, one after another. */
  #work: Promise<void> = Promise.resolve()

  constructor(site: DaemonSite, order: LeaseOrder, events: KeeperEvents) {
    this.order = order
    this.#site = site
    this.#events = events
    const { kernel, hostPrefix, host } = site
    const path = `${hostPrefix}${order.netns}`
    this.#link = new LeasedLink({ kernel, path, ifName: order.key.ifName }, host.clock)
    this.#line4 = new LeaseLine(site, order, protocol4, this.#owner())
    this.#line6 = new LeaseLine(site, order, protocol6, this.#owner())
    this.#lines = order.families.map((family) => (family === 4 ? this.#line4 : this.#line6))
  }

  /** The keeper of leases of a daemon before, which is to `adopt` them. */
  static of(site: DaemonSite, record: LeaseRecord, events: KeeperEvents): LeaseKeeper {
    const keeper = new LeaseKeeper(site, record.order, events)
    keeper.#place = record.place
    keeper.#line4.remember(record.lease)
    keeper.#line6.remember(record.lease6)
    return keeper
  }

  get line4(): LeaseLine<Lease> {
    return this.#line4
  }

  get line6(): LeaseLine<Lease6> {
    return this.#line6
  }

  /** Whether it waits to try again to get an address. */
  get isLost(): boolean {
    return this.#retry !== undefined
  }

  get hasLease(): boolean {
    return this.#lines.some(({ hasLease }) => hasLease)
  }

  /** What the link has of its leases. */
  get assignment(): LeaseAssignment | undefined {
    return this.hasLease ? this.#link.assignment : undefined
  }

  /**
   * Gets the first leases, and has them on disk. After a failure there is nothing but ending.
   *
   * @throws SystemError or CniError
   */
  async acquire(): Promise<void> {
    await this.#link.bringUp(this.#wantsIpv6)
    try {
      this.#place = await findPlace(this.#site, this.#link.path, this.#link.find())
      if (this.#isEnded) throw cancelledError(this.order)
      this.#waiter = new Waiter(this.#lines)
      this.#startAll()
      await this.#waiter.whenDone
      await this.#then(() => this.#save())
    } catch (error) {
      await this.#restoreLink()
      throw error
    } finally {
      this.#waiter = undefined
    }
  }

  /** Goes on with the leases of a daemon before. @throws SystemError, see `isGone` */
  async adopt(): Promise<void> {
    this.#link.find()
    if (!this.hasLease) this.#retryLater()
    else {
      await this.#link.adopt(this.#wanted())
      if (this.#isEnded) return
      this.#link.using((open) => {
        for (const line of this.#lines) line.resume(open)
      })
    }
  }

  /** Whether the link is still where it was. @throws SystemError */
  async isInPlace(): Promise<boolean> {
    const place = this.#place
    if (place === undefined) return false
    try {
      const isThere = await isSamePlace(this.#site, this.#link.path, place)
      return isThere && this.#link.find().mac !== undefined
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  /** Gives the leases back, and ends. Waits for no server. */
  async release(): Promise<Ending> {
    const record = this.hasLease ? this.#record() : undefined
    this.#isEnded = true
    const isHeard = this.#lines.map((line) => line.release()).every((each) => each)
    await this.#end()
    return { record, isHeard }
  }

  /** Ends and leaves the leases to the next daemon; those that nobody was told of are given back. */
  async abandon(): Promise<void> {
    this.#isEnded = true
    for (const line of this.#lines) {
      if (this.#waiter === undefined) line.abandon()
      else line.release()
    }
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#retry?.[Symbol.dispose]()
    this.#waiter?.fail(cancelledError(this.order))
    await this.#work
  }

  get #wantsIpv6(): boolean {
    return this.order.families.includes(6)
  }

  #owner(): LineOwner {
    return {
      open: () => this.#link.open(),
      held: (line) => this.#hold(line),
      lost: (_, loss) => this.#lose(loss),
      failed: (line, error) => this.#fail(line, error),
      gone: (error) => this.#events.gone(this, error),
      log: (text) => this.#log(text),
    }
  }

  #startAll(): void {
    this.#link.using((open) => {
      for (const line of this.#lines) line.start(open)
    })
  }

  #wanted(): LeaseAssignment {
    return joinAssignments(this.#lines.flatMap(({ assignment }) => assignment ?? []))
  }

  #hold(line: Line): void {
    const waiter = this.#waiter
    this.#inBackground(async () => {
      if (waiter === undefined) await this.#link.change(this.#wanted())
      else await this.#link.adopt(this.#wanted())
      if (waiter === undefined) await this.#save()
      waiter?.done(line)
    })
  }

  #lose(loss: Loss): void {
    this.#inBackground(async () => {
      await this.#link.change(this.#wanted())
      if (loss === 'expired' && !this.hasLease) await this.#sleep()
      await this.#save()
    })
  }

  #fail(line: Line, error: CniError): void {
    this.#log(error.message)
    if (this.#waiter !== undefined) this.#waiter.fail(failedError(this.order, error))
    else
      this.#inBackground(async () => {
        // Beside another lease there is no hurry, and no end to trying.
        if (this.hasLease) this.#link.using((open) => line.resume(open))
        else await this.#sleep()
      })
  }

  /** A link that is down for want of an address is brought up for as long as asking takes. */
  async #sleep(): Promise<void> {
    for (const line of this.#lines) line.abandon()
    this.#log('no lease is left: bringing the link down')
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
        if (!this.#isEnded) this.#startAll()
      })
    })
  }

  #inBackground(work: () => Promise<void>): void {
    this.#then(work).catch((error) => {
      this.#waiter?.fail(error)
      if (isGone(error)) this.#events.gone(this, error)
      else this.#log(messageOf(error))
    })
  }

  #then(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => {})
    return done
  }

  async #restoreLink(): Promise<void> {
    try {
      await this.#link.restore()
    } catch (error) {
      if (!isGone(error)) this.#log(messageOf(error))
    }
  }

  async #save(): Promise<void> {
    const record = this.#record()
    if (!this.#isEnded && record !== undefined) await this.#site.folder.write(record)
  }

  #record(): LeaseRecord | undefined {
    const place = this.#place
    if (place === undefined) return undefined
    const [lease, lease6] = [this.#line4.lease, this.#line6.lease]
    const leases = { ...(lease && { lease }), ...(lease6 && { lease6 }) }
    return { bootId: this.#site.bootId, order: this.order, place, isOwed: false, ...leases }
  }

  #log(text: string): void {
    this.#site.log(describeKey(this.order.key), text)
  }
}
