/** Gives back what DELs on this node could not. */

import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Log } from '#cni/daemon-log.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { Host } from '#host/host.ts'
import { type Metric, single } from '#ipam/whereabouts/controller/metrics.ts'
import { StandingLog } from '#ipam/whereabouts/controller/standing-log.ts'
import type { Stop } from '#ipam/whereabouts/controller/stop.ts'
import type { EtcdPlace } from '#ipam/whereabouts/controller/stores/etcd-place.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import {
  findIdentified,
  identifyDatastore,
  openDatastore,
} from '#ipam/whereabouts/datastores/open-datastore.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import type { AttachmentRecord } from '#ipam/whereabouts/ledger/attachment-record.ts'
import { giveBack } from '#ipam/whereabouts/ledger/give-back.ts'
import { Ledger } from '#ipam/whereabouts/ledger/ledger.ts'

export interface LedgerSite {
  readonly host: Host
  readonly stop: Stop
  readonly log: Log
  readonly dataDir: string
  /** Which etcd to give back to. */
  readonly etcd?: EtcdPlace
}

const timeoutMs = 15_000
/** An ADD waits for it when it is of an attachment that is given back. */
const lockMs = 1_000

/**
 * Each record names its datastore, as a path: that is how it is reached, so that the same paths have to
 * lead to the same files for this daemon as for the plugin. What is in an etcd that we were not told of
 * waits for the plugin's next call, which knows who we are there.
 */
export class LedgerKeeper {
  readonly #site: LedgerSite
  readonly #ledger: Ledger
  readonly #troubles: StandingLog
  #pending = 0
  #settled = 0

  constructor(site: LedgerSite) {
    this.#site = site
    this.#ledger = new Ledger(site.host.files, site.dataDir)
    this.#troubles = new StandingLog(site.log, 'ledger')
  }

  /** Goes through all records once; whatever fails keeps no other from being given back. */
  async settle(): Promise<void> {
    const released = await this.#ledger.list('released')
    const troubles: string[] = []
    const unreachable = new Set<string>()
    for (const attachment of released) {
      if (this.#site.stop.isOver) break
      const trouble = await this.#attempt(attachment, unreachable)
      if (trouble !== undefined) troubles.push(trouble)
    }
    this.#pending = (await this.#ledger.list('released')).length
    this.#troubles.tell([...new Set(troubles)])
  }

  async #attempt(attachment: Attachment, unreachable: Set<string>): Promise<string | undefined> {
    try {
      using _lock = await this.#ledger.lockReleased(lockMs)
      await this.#settle(attachment, unreachable)
      return undefined
    } catch (failure) {
      return isSystemError(failure, 'ETIMEDOUT') ? undefined : messageOf(failure)
    }
  }

  async #settle(attachment: Attachment, unreachable: Set<string>): Promise<void> {
    const { host, log } = this.#site
    const record = await this.#ledger.find('released', attachment)
    if (record === undefined || unreachable.has(record.datastore)) return
    const settings = await this.#findSettings(record)
    if (settings === undefined) return
    try {
      const deadline = new Deadline(host, timeoutMs)
      using datastore = await openDatastore(host, settings, deadline)
      await giveBack({ datastore, ledger: this.#ledger, nowMs: host.clock.wallMs() }, record)
    } catch (failure) {
      // Whoever does not answer once is not waited for again for every record.
      const isAway = failure instanceof DatastoreError && failure.failure === 'unreachable'
      if (isAway) unreachable.add(record.datastore)
      throw failure
    }
    this.#settled += 1
    log('ledger', `given back: ${record.containerId} ${record.ifName} of ${record.podRef}`)
  }

  async #findSettings({ datastore: text }: AttachmentRecord) {
    const { dataDir, etcd } = this.#site
    const known = findIdentified(text, dataDir)
    if (known !== undefined || etcd === undefined) return known
    const settings = { datastore: await etcd.settings(), dataDir }
    return identifyDatastore(settings) === text ? settings : undefined
  }

  metrics(): readonly Metric[] {
    return [
      single('whereabouts_ledger_pending', 'gauge', {
        help: 'Attachments whose addresses are still to be given back.',
        value: this.#pending,
      }),
      single('whereabouts_ledger_settled_total', 'counter', {
        help: 'Attachments whose addresses were given back later.',
        value: this.#settled,
      }),
    ]
  }
}
