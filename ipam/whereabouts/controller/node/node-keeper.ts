/** What the controller does for the node that it is on. */

import { messageOf } from '#base/collect-failures.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Host } from '#host/host.ts'
import type { ControllerFlags } from '#ipam/whereabouts/controller/flags.ts'
import type { Metric } from '#ipam/whereabouts/controller/metrics.ts'
import { serveVitals } from '#ipam/whereabouts/controller/serve-metrics.ts'
import { StandingLog } from '#ipam/whereabouts/controller/standing-log.ts'
import type { Stop } from '#ipam/whereabouts/controller/stop.ts'
import type { EtcdPlace } from '#ipam/whereabouts/controller/stores/etcd-place.ts'
import type { AccessSource } from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { CallMetrics } from './call-metrics.ts'
import { installProgram } from './install.ts'
import { KubeconfigKeeper } from './kubeconfig-keeper.ts'
import { LedgerKeeper } from './ledger-keeper.ts'

export interface NodeKeeperSite {
  readonly host: Host
  readonly stop: Stop
  readonly log: Log
  readonly flags: ControllerFlags
  /** Who we are, for the plugin. */
  readonly source: AccessSource
  /** Where it keeps pools. */
  readonly etcd?: EtcdPlace
}

const ledgerMs = 60_000
const callsMs = 10_000
/** The node's own agent renews tokens long before they end. */
const kubeconfigMs = 10_000

export class NodeKeeper {
  readonly #site: NodeKeeperSite
  readonly #ledger: LedgerKeeper
  readonly #calls: CallMetrics
  readonly #complaints = new Map<string, string>()

  constructor(site: NodeKeeperSite) {
    const { host, stop, log, flags, etcd } = site
    const { dataDir } = flags
    this.#site = site
    this.#ledger = new LedgerKeeper({ host, stop, log, dataDir, ...(etcd && { etcd }) })
    this.#calls = new CallMetrics(host.files, dataDir)
  }

  /** Until the end. @throws SystemError when nobody can be told how it is going */
  async run(): Promise<void> {
    const { host, log, flags, source } = this.#site
    const { keptKubeconfig: path, installed, dataDir } = flags
    const complaint = () => [...this.#complaints.values()][0]
    const vitals = { metrics: () => this.#metrics(), complaint }
    using _vitals = await serveVitals(host.http, flags.metrics, vitals)
    const keeper = path === '' ? undefined : new KubeconfigKeeper(host, source, { path, log })
    // Who finds the program is to find the file as well.
    if (keeper !== undefined) await this.#attempt('kubeconfig', () => keeper.keep())
    if (installed !== '') await installProgram(host, { path: installed, dataDir }, log)
    await Promise.all([
      keeper && this.#repeat('kubeconfig', kubeconfigMs, () => keeper.keep()),
      this.#repeat('ledger', ledgerMs, () => this.#ledger.settle()),
      this.#repeat('calls', callsMs, () => this.#calls.collect()),
    ])
  }

  async #repeat(what: string, everyMs: number, work: () => Promise<void>): Promise<void> {
    const { stop, log } = this.#site
    const troubles = new StandingLog(log, what)
    while (!stop.isOver) {
      await this.#attempt(what, work)
      troubles.tell([this.#complaints.get(what) ?? []].flat())
      await stop.wait(everyMs)
    }
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#complaints.delete(what)
    } catch (failure) {
      this.#complaints.set(what, messageOf(failure))
    }
  }

  #metrics(): readonly Metric[] {
    return [...this.#ledger.metrics(), ...this.#calls.metrics()]
  }
}
