/** All leases of a daemon. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { collectFailures, messageOf } from '#base/collect-failures.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { DamagedRecord } from '#ipam/dhcp/record/lease-folder.ts'
import { describeKey, type LeaseKey, type LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { DaemonSite } from './daemon-site.ts'
import { type KeeperEvents, LeaseKeeper } from './lease-keeper.ts'
import { OwedReleases } from './owed-releases.ts'

/** Leases of a daemon before are taken up one after another, so that servers are not flooded. */
const adoptionPauseMs = 10

/** At most one lease for each attachment, which one command at a time begins or ends. */
export class LeaseTable {
  readonly owed: OwedReleases
  readonly #site: DaemonSite
  readonly #keepers = new Map<string, LeaseKeeper>()
  /** Keepers of a daemon before that are still to be taken up. */
  readonly #untouched = new Set<LeaseKeeper>()
  /** The beginnings of keepers, which somebody waits for elsewhere. */
  readonly #beginnings = new Map<LeaseKeeper, Promise<unknown>>()
  /** The ends of leases, which no lease of the same attachment may overtake. */
  readonly #endings = new Map<string, Promise<unknown>>()
  #isEnded = false

  constructor(site: DaemonSite) {
    this.#site = site
    this.owed = new OwedReleases(site)
  }

  get keepers(): Iterable<LeaseKeeper> {
    return this.#keepers.values()
  }

  /** The lease for an order: the one that is there, or a new one. @throws CniError or SystemError */
  async allocate(order: LeaseOrder): Promise<LeaseAssignment> {
    const { key } = order
    const present = this.#keepers.get(describeKey(key))
    if (present === undefined) return await this.#acquire(order)
    await this.#untilBegun(present)
    const { assignment } = present
    const isOfSandbox = present.order.netns === order.netns && (await present.isInPlace())
    if (assignment !== undefined && isOfSandbox) return assignment
    await this.release(key)
    return await this.#acquire(order)
  }

  /** The lease of an attachment, if it has one. */
  async find(key: LeaseKey): Promise<LeaseAssignment | undefined> {
    const keeper = this.#keepers.get(describeKey(key))
    if (keeper === undefined) return undefined
    await this.#untilBegun(keeper)
    return keeper.assignment
  }

  /** Gives a lease back; having none is success. Whoever still waits for it is told. */
  async release(key: LeaseKey): Promise<void> {
    const name = describeKey(key)
    const keeper = this.#keepers.get(name)
    if (keeper !== undefined) await this.#end(keeper)
    else await this.#endings.get(name)
  }

  /** Gives up a lease that is still being acquired; nobody waits for it any more. */
  async cancel(key: LeaseKey): Promise<void> {
    const keeper = this.#keepers.get(describeKey(key))
    if (keeper !== undefined && !keeper.lines.hasLease) await this.release(key)
  }

  /** Gives back the leases of a network that none of the attachments holds. */
  async collect(network: string, valid: readonly Attachment[]): Promise<void> {
    const isValid = ({ containerId, ifName }: LeaseKey) =>
      valid.some((each) => each.containerId === containerId && each.ifName === ifName)
    const keys = [...this.#keepers.values()].map(({ order }) => order.key)
    const stale = keys.filter((key) => key.network === network && !isValid(key))
    await collectFailures(stale.map((key) => () => this.release(key)))
  }

  /**
   * Learns what a daemon before has left. Nobody may be served before: a call for an attachment would
   * miss its lease.
   */
  async adopt(records: readonly (LeaseRecord | DamagedRecord)[]): Promise<void> {
    for (const record of records) {
      if ('path' in record) this.#reportDamage(record)
      else await this.#reportFailure(record.order.key, () => this.#learn(record))
    }
  }

  /** Takes up the leases that were adopted. One that somebody asks for before is taken up at once. */
  async resume(): Promise<void> {
    for (const keeper of this.#untouched) {
      if (this.#isEnded) return
      await this.#untilBegun(keeper)
      await this.#site.host.clock.sleep(adoptionPauseMs)
    }
  }

  /** Leaves everything to the next daemon. */
  async end(): Promise<void> {
    this.#isEnded = true
    this.owed.end()
    const keepers = [...this.#keepers.values()]
    await collectFailures(keepers.map((keeper) => () => keeper.abandon()))
  }

  async #acquire(order: LeaseOrder): Promise<LeaseAssignment> {
    const name = describeKey(order.key)
    const ending = this.#endings.get(name)
    if (ending !== undefined) {
      await ending
      // Another ADD of the same attachment may have been faster.
      return await this.allocate(order)
    }
    this.owed.forget(order.key)
    const keeper = new LeaseKeeper(this.#site, order, this.#events)
    this.#keepers.set(name, keeper)
    try {
      await this.#begin(keeper, keeper.acquire())
    } catch (error) {
      if (this.#isKept(keeper) && !this.#isEnded) await this.#end(keeper)
      throw error
    }
    if (keeper.assignment !== undefined) return keeper.assignment
    throw new CniError(
      cniErrorCodes.tryAgainLater,
      `acquire DHCP lease for ${name}: it is lost again`,
    )
  }

  async #learn(record: LeaseRecord): Promise<void> {
    const { order, bootId, isOwed } = record
    // With the machine all sandboxes went, and the clock of the lease.
    if (bootId !== this.#site.bootId) await this.#site.folder.remove(order.key)
    else if (isOwed) await this.owed.add(record)
    else {
      const keeper = LeaseKeeper.of(this.#site, record, this.#events)
      this.#keepers.set(describeKey(order.key), keeper)
      this.#untouched.add(keeper)
    }
  }

  async #untilBegun(keeper: LeaseKeeper): Promise<void> {
    if (this.#untouched.delete(keeper) && this.#isKept(keeper)) {
      await this.#reportFailure(keeper.order.key, () => this.#begin(keeper, this.#takeUp(keeper)))
    }
    await this.#beginnings.get(keeper)
  }

  async #takeUp(keeper: LeaseKeeper): Promise<void> {
    if (await keeper.isInPlace()) await keeper.adopt()
    else this.#events.gone(keeper, new Error('the sandbox is not there any more'))
  }

  /** One lease that cannot be taken up keeps no other from it. */
  async #reportFailure(key: LeaseKey, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#site.log(describeKey(key), messageOf(error))
    }
  }

  #reportDamage({ path, error }: DamagedRecord): void {
    this.#site.log(path, `the file of a lease cannot be read: ${messageOf(error)}`)
  }

  async #begin(keeper: LeaseKeeper, beginning: Promise<void>): Promise<void> {
    // Whoever waits besides looks at what became of it.
    this.#beginnings.set(
      keeper,
      beginning.catch(() => {}),
    )
    try {
      await beginning
    } finally {
      this.#beginnings.delete(keeper)
    }
  }

  async #end(keeper: LeaseKeeper): Promise<void> {
    const name = describeKey(keeper.order.key)
    this.#keepers.delete(name)
    const ending = this.#finish(keeper)
    const settled = ending.catch(() => {})
    this.#endings.set(name, settled)
    try {
      await ending
    } finally {
      if (this.#endings.get(name) === settled) this.#endings.delete(name)
    }
  }

  async #finish(keeper: LeaseKeeper): Promise<void> {
    const { record, isHeard } = await keeper.release()
    if (record !== undefined && !isHeard) await this.owed.add(record)
    else await this.#site.folder.remove(keeper.order.key)
  }

  #isKept(keeper: LeaseKeeper): boolean {
    return this.#keepers.get(describeKey(keeper.order.key)) === keeper
  }

  readonly #events: KeeperEvents = {
    gone: (keeper, error) => {
      const name = describeKey(keeper.order.key)
      if (!this.#isKept(keeper) || this.#isEnded) return
      this.#site.log(name, `nobody uses the lease any more: ${messageOf(error)}`)
      this.#end(keeper).catch((failure) => this.#site.log(name, messageOf(failure)))
    },
  }
}
