/** What the controller does for a whole cluster. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { ControllerFlags } from './flags.ts'
import type { Metric } from './metrics.ts'
import { PodEvents } from './pod-events.ts'
import { newTally, poolMetrics, tallyMetrics } from './pool-metrics.ts'
import { type Account, Collector } from './reconcile/collector.ts'
import { Schedule } from './schedule.ts'
import { serveVitals } from './serve-metrics.ts'
import { SliceKeeper } from './slices/slice-keeper.ts'
import type { Stop } from './stop.ts'
import type { Cluster } from './stores/cluster.ts'
import type { EtcdPlace } from './stores/etcd-place.ts'
import { EtcdStore } from './stores/etcd-store.ts'
import { KubernetesStore } from './stores/kubernetes-store.ts'
import { networkKind, nodeKind, podKind } from './watch/kinds.ts'
import { type Change, WatchedSet } from './watch/watched-set.ts'

export interface ClusterKeeperSite {
  readonly cluster: Cluster
  /** Where the pools are; absent where they are in the cluster's own API. */
  readonly etcd?: EtcdPlace
  readonly stop: Stop
  readonly log: Log
  readonly flags: Pick<ControllerFlags, 'metrics' | 'graceMs' | 'resyncMs'>
}

/** Pods seldom go alone. */
const soonMs = 500
/** Pools change with pods that come; only their counts do. */
const laterMs = 30_000
/** Between two runs there is a rest of this, and of some times what the first took. */
const shortestRestMs = 1_000
const restPerWork = 4
const retryMs = 10_000

export class ClusterKeeper {
  readonly #site: ClusterKeeperSite
  readonly #schedule: Schedule
  readonly #collector: Collector
  /** Absent where slices are not ours to give: those of Kubernetes follow from its pools. */
  readonly #slices: SliceKeeper | undefined
  readonly #events: PodEvents
  readonly #tally = newTally()
  readonly #pods: WatchedSet<true>
  readonly #watched: readonly { follow(): Promise<void> }[]
  #account: Account | undefined
  #complaint: string | undefined = 'pods have not been read yet'

  constructor(site: ClusterKeeperSite) {
    const { cluster, etcd, log, flags } = site
    const { clock } = cluster.host
    this.#site = site
    this.#schedule = new Schedule(clock)
    this.#events = new PodEvents(cluster, log)
    const onPod = (change: Change) => {
      const mayBeLess = change === 'removed' || change === 'listed'
      this.#schedule.hasten(mayBeLess ? soonMs : laterMs)
    }
    const onOther = () => this.#schedule.hasten(soonMs)
    this.#pods = new WatchedSet(podKind, site, onPod)
    const nodes = new WatchedSet(nodeKind, site, onOther)
    const networks = new WatchedSet(networkKind, site, onOther)
    const { graceMs } = flags
    const store = etcd === undefined ? new KubernetesStore(cluster) : new EtcdStore(cluster, etcd)
    this.#collector = new Collector({ store, clock, log, graceMs, events: this.#listener() })
    const isSlicing = etcd === undefined
    this.#slices = isSlicing
      ? new SliceKeeper({ cluster, log, graceMs, nodes, networks })
      : undefined
    this.#watched = isSlicing ? [this.#pods, nodes, networks] : [this.#pods]
  }

  /** Until the end. @throws SystemError when nobody can be told how it is going */
  async run(): Promise<void> {
    const { cluster, stop, flags } = this.#site
    const vitals = { metrics: () => this.#metrics(), complaint: () => this.#complaint }
    using _vitals = await serveVitals(cluster.host.http, flags.metrics, vitals)
    using _end = stop.onEnd(() => this.#schedule.end())
    const following = this.#watched.map((set) => set.follow())
    await Promise.all([...following, this.#work()])
  }

  async #work(): Promise<void> {
    while (await this.#schedule.next()) {
      const startMs = this.#nowMs()
      const nextMs = this.#pods.isKnown ? await this.#runOnce() : this.#site.flags.resyncMs
      const tookMs = this.#nowMs() - startMs
      this.#schedule.putOff(nextMs, Math.max(shortestRestMs, restPerWork * tookMs))
    }
  }

  /** Returns in how many milliseconds to look again without a reason. */
  async #runOnce(): Promise<number> {
    const { log, stop, flags } = this.#site
    try {
      const account = await this.#collector.run(this.#pods.values)
      const isSettled = (await this.#slices?.run(account.pools)) ?? true
      this.#tally.runs += 1
      this.#tally.failures += account.failureCount
      this.#account = account
      this.#complaint = undefined
      await this.#events.send()
      if (account.failureCount > 0) return Math.min(retryMs, flags.resyncMs)
      const isUnsettled = account.isUnsettled || !isSettled
      return isUnsettled ? Math.min(flags.graceMs, flags.resyncMs) : flags.resyncMs
    } catch (failure) {
      this.#tally.failedRuns += 1
      this.#complaint = messageOf(failure)
      if (!stop.isOver) log('reconcile', this.#complaint)
      return Math.min(retryMs, flags.resyncMs)
    }
  }

  #listener(): ConstructorParameters<typeof Collector>[0]['events'] {
    const { log } = this.#site
    return {
      freed: (stale) => {
        this.#tally.freedAllocations += 1
        this.#events.freed(stale)
        const { pool, offset, holder } = stale
        log(`pool ${pool.name}`, `freed ${offset} of ${holder.podRef} ${holder.ifName}`)
      },
      failed: (stale, reason) => this.#events.failed(stale, reason),
      removed: ({ name, podRef }) => {
        this.#tally.removedReservations += 1
        log(`reservation ${name}`, `removed, of ${podRef}`)
      },
    }
  }

  #metrics(): readonly Metric[] {
    const found = this.#account === undefined ? [] : poolMetrics(this.#account)
    return [...tallyMetrics(this.#tally), ...found, ...(this.#slices?.metrics() ?? [])]
  }

  #nowMs(): number {
    return this.#site.cluster.host.clock.monotonicMs()
  }
}
