/** A run of the controller: what is nobody's is freed. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Clock } from '#host/host.ts'
import { StandingLog } from '#ipam/whereabouts/controller/standing-log.ts'
import type { ClusterStore } from '#ipam/whereabouts/controller/stores/cluster-store.ts'
import { Coverage } from './coverage.ts'
import type {
  ListedPool,
  ListedReservation,
  StaleAllocation,
  StaleReservation,
  Suspicions,
} from './findings.ts'
import { reconcile } from './reconcile.ts'

/** Who hears of what is done. */
export interface CollectorEvents {
  freed(stale: StaleAllocation): void
  /** A pod whose addresses could not be freed. */
  failed(stale: StaleAllocation, reason: string): void
  removed(reservation: ListedReservation): void
}

export interface CollectorSite {
  readonly store: ClusterStore
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  readonly log: Log
  readonly events: CollectorEvents
  readonly graceMs: number
}

/** What a run has come to. */
export interface Account {
  /** As they were in the beginning. */
  readonly pools: readonly ListedPool[]
  readonly reservationCount: number
  /** What failed; the next run tries again. */
  readonly failureCount: number
  /** Whether something looks stale that was not for long enough, or could not be freed. */
  readonly isUnsettled: boolean
}

/** How many entries one patch removes: the API takes 10000 operations at most. */
const largestPatch = 1_000
/** How many requests have one time limit. */
const mostRequests = 50

export class Collector {
  readonly #site: CollectorSite
  readonly #strange: StandingLog
  #suspicions: Suspicions = new Map()
  #failureCount = 0

  constructor(site: CollectorSite) {
    this.#site = site
    this.#strange = new StandingLog(site.log, 'left alone')
  }

  /**
   * Frees what is nobody's. What fails keeps nothing else from being freed.
   *
   * @param pods those that are there, as far as it is known
   * @throws DatastoreError when it cannot be read what there is
   */
  async run(pods: { has(podRef: string): boolean }): Promise<Account> {
    const { store, clock, graceMs } = this.#site
    this.#failureCount = 0
    // In this order: what is reserved after this is in a pool by then.
    const reservations = await store.listReservations()
    const { pools, strange } = await store.listPools()
    const now = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
    const judgement = { now, suspicions: this.#suspicions, graceMs }
    const findings = reconcile({ pods, reservations, pools }, judgement)
    this.#suspicions = findings.suspicions
    this.#strange.tell([...strange, ...findings.strange])
    const gone = await this.#confirmGone([...findings.allocations, ...findings.reservations])
    await this.#freeAll(findings.allocations.filter((each) => isNobodys(each, gone)))
    await this.#removeAll(findings.reservations.filter((each) => isNobodys(each, gone)))
    return {
      pools,
      reservationCount: reservations.length,
      failureCount: this.#failureCount,
      isUnsettled: findings.suspicions.size > 0,
    }
  }

  /** Which of the pods are really not there: what is known of them may be old. */
  async #confirmGone(stale: readonly { readonly podRef?: string }[]): Promise<ReadonlySet<string>> {
    const gone = new Set<string>()
    const podRefs = [...new Set(stale.flatMap(({ podRef }) => podRef ?? []))]
    for (const some of inParts(podRefs, mostRequests)) {
      await this.#attempt('look for pods', async () => {
        for (const podRef of await this.#site.store.findGone(some)) gone.add(podRef)
      })
    }
    return gone
  }

  async #freeAll(stale: readonly StaleAllocation[]): Promise<void> {
    for (const pool of new Set(stale.map(({ pool }) => pool))) {
      const ofPool = stale.filter((each) => each.pool === pool)
      for (const some of inParts(ofPool, largestPatch)) await this.#freeSome(some)
    }
  }

  async #freeSome(stale: readonly StaleAllocation[]): Promise<void> {
    const { store, events } = this.#site
    const name = stale[0]?.pool.name
    const failure = await this.#attempt(`free addresses of pool ${name}`, async () => {
      for (const each of await store.free(stale)) events.freed(each)
    })
    if (failure !== undefined) for (const each of stale) events.failed(each, failure)
  }

  /** Whatever has an entry in a pool by now is left alone: pools come first, for us as well. */
  async #removeAll(stale: readonly StaleReservation[]): Promise<void> {
    if (stale.length === 0) return
    const { store, events } = this.#site
    await this.#attempt('read pools again', async () => {
      const { pools } = await store.listPools()
      const coverage = new Coverage(pools)
      const reservations = stale.map(({ reservation }) => reservation)
      const unused = reservations.filter((reservation) => !coverage.has(reservation))
      for (const some of inParts(unused, mostRequests)) {
        const removed = (reservation: ListedReservation) => events.removed(reservation)
        await this.#attempt('remove reservations', () => store.removeReservations(some, removed))
      }
    })
  }

  /** Returns why it failed, if it did. */
  async #attempt(what: string, work: () => Promise<void>): Promise<string | undefined> {
    try {
      await work()
      return undefined
    } catch (failure) {
      const reason = messageOf(failure)
      this.#failureCount += 1
      this.#site.log(what, reason)
      return reason
    }
  }
}

function isNobodys({ podRef }: { readonly podRef?: string }, gone: ReadonlySet<string>): boolean {
  return podRef === undefined || gone.has(podRef)
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, n) => items.slice(n * size, (n + 1) * size))
}
