/** One lease of one link, from the order to its end. */

import type { CniError } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { PhaseName } from '#ipam/dhcp/client/state.ts'
import { assignmentOf, type LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { Loss } from '#ipam/dhcp/ports.ts'
import { describeKey, type LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { LeasePlace, LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import { cancelledError, failedError } from './acquisition-error.ts'
import type { DaemonSite } from './daemon-site.ts'
import { describeLease } from './describe-lease.ts'
import { type ClientOwner, DrivenClient } from './driven-client.ts'
import { LeasedLink } from './leased-link.ts'
import { isGone } from './link-access.ts'
import { findPlace, isSamePlace } from './place.ts'

/** What a keeper tells of itself. */
export interface KeeperEvents {
  /** The sandbox or its link is not there any more. */
  gone(keeper: LeaseKeeper, error: unknown): void
}

/** What is left to do when a lease has ended. */
export interface Ending {
  /** The lease that was in use, if any. */
  readonly record: LeaseRecord | undefined
  /** Whether the server is likely to have heard that it is given back. */
  readonly isHeard: boolean
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class LeaseKeeper {
  readonly order: LeaseOrder
  readonly #site: DaemonSite
  readonly #events: KeeperEvents
  readonly #link: LeasedLink
  readonly #client: DrivenClient
  #place: LeasePlace | undefined
  #lease: Lease | undefined
  /** Whoever waits for the first lease, which the plugin that asked for it puts on the link. */
  #waiter: Waiter | undefined
  /** The next attempt after an address was lost. */
  #retry: Disposable | undefined
  #isEnded = false
  /** Changes of the link and of the file, one after another. */
  #work: Promise<void> = Promise.resolve()

  constructor(site: DaemonSite, order: LeaseOrder, events: KeeperEvents) {
    this.order = order
    this.#site = site
    this.#events = events
    const { kernel, hostPrefix, host } = site
    const path = { kernel, path: `${hostPrefix}${order.netns}`, ifName: order.key.ifName }
    this.#link = new LeasedLink(path, host.clock)
    this.#client = new DrivenClient(site, order, this.#owner())
  }

  /** The keeper of a lease of a daemon before, which is to `adopt` it. */
  static of(
    site: DaemonSite,
    { order, place, lease }: LeaseRecord,
    events: KeeperEvents,
  ): LeaseKeeper {
    const keeper = new LeaseKeeper(site, order, events)
    keeper.#place = place
    keeper.#lease = lease
    return keeper
  }

  get phase(): PhaseName | 'lost' {
    return this.#retry === undefined ? (this.#client.phase ?? 'init') : 'lost'
  }

  get lease(): Lease | undefined {
    return this.#lease
  }

  /** What the link has of it. */
  get assignment(): LeaseAssignment | undefined {
    return this.#lease && this.#link.assignment
  }

  /**
   * Gets the first lease, and has it on disk. After a failure there is nothing but ending.
   *
   * @throws SystemError or CniError
   */
  async acquire(): Promise<void> {
    const link = await this.#link.bringUp()
    try {
      this.#place = await findPlace(this.#site, this.#link.path, link)
      if (this.#isEnded) throw cancelledError(this.order)
      await new Promise<void>((resolve, reject) => {
        this.#waiter = { resolve, reject }
        this.#client.start(link, { hasBudget: true })
      })
    } catch (error) {
      await this.#restoreLink()
      throw error
    }
  }

  /** Goes on with the lease of a daemon before. @throws SystemError, see `isGone` */
  async adopt(): Promise<void> {
    const [lease, link] = [this.#lease, this.#link.find()]
    if (lease === undefined) this.#retryLater()
    else {
      await this.#link.adopt(assignmentOf(lease, this.order.wishes))
      if (!this.#isEnded) this.#client.start(link, { hasBudget: false, lease })
    }
  }

  /** Whether the link is still where and what it was. @throws SystemError */
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

  /** Gives the lease back, and ends. Waits for no server. */
  async release(): Promise<Ending> {
    const record = this.#lease && this.#record()
    this.#isEnded = true
    const isHeard = this.#client.release()
    await this.#end()
    return { record, isHeard }
  }

  /** Ends and leaves the lease to the next daemon; one that nobody was told of is given back. */
  async abandon(): Promise<void> {
    this.#isEnded = true
    if (this.#waiter === undefined) this.#client.abandon()
    else this.#client.release()
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#retry?.[Symbol.dispose]()
    this.#waiter?.reject(cancelledError(this.order))
    await this.#work
  }

  #owner(): ClientOwner {
    return {
      open: () => this.#link.open(),
      hold: (lease) => this.#hold(lease),
      lose: (lease, loss) => this.#lose(lease, loss),
      fail: (error) => this.#fail(error),
      gone: (error) => this.#events.gone(this, error),
      log: (text) => this.#log(text),
    }
  }

  #hold(lease: Lease): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    this.#lease = lease
    const assignment = assignmentOf(lease, this.order.wishes)
    this.#log(describeLease(lease))
    const work = this.#then(async () => {
      await (waiter ? this.#link.adopt(assignment) : this.#link.change(assignment))
      await this.#save()
    })
    work.then(waiter?.resolve, waiter?.reject ?? ((error) => this.#log(messageOf(error))))
  }

  #lose({ address }: Lease, loss: Loss): void {
    this.#lease = undefined
    this.#log(`${address.address} must not be used any more: ${loss}`)
    this.#inBackground(async () => {
      await this.#link.change(undefined)
      if (loss === 'expired') await this.#sleep()
      await this.#save()
    })
  }

  #fail(error: CniError): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    if (waiter === undefined) this.#inBackground(() => this.#sleep())
    else waiter.reject(failedError(this.order, error))
  }

  /** A link that is down for want of an address is brought up for as long as asking takes. */
  async #sleep(): Promise<void> {
    this.#client.abandon()
    this.#log('no lease: bringing the link down')
    await this.#link.bringDown()
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isEnded) return
    const { host, timing } = this.#site
    this.#retry = host.clock.startTimer(timing.longestWaitMs, () => {
      this.#retry = undefined
      this.#inBackground(async () => {
        const link = await this.#link.bringUp()
        if (!this.#isEnded) this.#client.start(link, { hasBudget: true })
      })
    })
  }

  #inBackground(work: () => Promise<void>): void {
    this.#then(work).catch((error) => {
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
    const [place, lease] = [this.#place, this.#lease]
    if (place === undefined) return undefined
    const { bootId } = this.#site
    return { bootId, order: this.order, place, isOwed: false, ...(lease && { lease }) }
  }

  #log(text: string): void {
    this.#site.log(describeKey(this.order.key), text)
  }
}
