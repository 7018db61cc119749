/** A call at work: its configuration, its datastore, its ledger, and the time it has. */

import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Call } from '#cni/call.ts'
import type { Attachment } from '#cni/network-config.ts'
import { countCall } from './call-count.ts'
import { CallLog } from './call-log.ts'
import type { PlaceConfig } from './config.ts'
import { identifyDatastore, openDatastore } from './datastores/open-datastore.ts'
import { Deadline } from './deadline.ts'
import type { NodeDatastore } from './desk/node-datastore.ts'
import type { AttachmentRecord } from './ledger/attachment-record.ts'
import { giveBack } from './ledger/give-back.ts'
import { Ledger } from './ledger/ledger.ts'
import type { PoolKey } from './pool/pool.ts'

/** Whose an attachment is, and which pools its addresses are from. */
export interface Holding {
  readonly podRef: string
  readonly pools: readonly PoolKey[]
}

export class Session implements Disposable {
  readonly ledger: Ledger
  readonly log: CallLog
  readonly #call: Call
  readonly #config: PlaceConfig
  readonly #deadline: Deadline
  #datastore: NodeDatastore | undefined

  constructor(call: Call, config: PlaceConfig, timeoutMs: number) {
    this.ledger = new Ledger(call.host.files, config.dataDir)
    this.log = new CallLog(call, config.log)
    this.#call = call
    this.#config = config
    this.#deadline = new Deadline(call.host, timeoutMs)
  }

  /** Opened when it is asked for first. @throws DatastoreError, SystemError */
  async datastore(): Promise<NodeDatastore> {
    this.#datastore ??= await openDatastore(this.#call.host, this.#config, this.#deadline)
    return this.#datastore
  }

  get nowMs(): number {
    return this.#call.host.clock.wallMs()
  }

  /** Does the work of an ADD, and leaves behind how it went where somebody counts. */
  async counted<T>(work: () => Promise<T>): Promise<T> {
    const { dataDir } = this.#config
    return await countCall({ host: this.#call.host, dataDir, deadline: this.#deadline }, work)
  }

  /** What the ledger is to say of an attachment whose addresses are in these pools. */
  recordOf({ containerId, ifName }: Attachment, { podRef, pools }: Holding): AttachmentRecord {
    const { networkName, looksAfterOverlap, reuseDelayMs } = this.#config
    const name = networkName === undefined ? {} : { networkName }
    return {
      containerId,
      ifName,
      network: this.#call.network.name,
      podRef,
      datastore: identifyDatastore(this.#config),
      pools,
      ...(looksAfterOverlap && { reservations: name }),
      reuseDelayMs,
      addresses: [],
    }
  }

  /** @throws DatastoreError, SystemError */
  async giveBack(record: AttachmentRecord): Promise<void> {
    const datastore = await this.datastore()
    await giveBack({ datastore, ledger: this.ledger, nowMs: this.nowMs }, record)
  }

  /**
   * Gives back what the attachment has or, where that fails, leaves it to a later call and to the
   * controller: who takes away a pod is not to wait for a datastore.
   *
   * @throws SystemError when it cannot be written down either
   */
  async giveBackSometime(record: AttachmentRecord): Promise<void> {
    try {
      await this.giveBack(record)
    } catch (failure) {
      const isNoted = await this.ledger.release(record)
      if (!isNoted) await this.ledger.write('released', record)
      await this.#say(`${messageOf(failure)}; the addresses are given back later`)
    }
  }

  /**
   * Gives back what is left of an attachment that is made anew, so that nobody else does it later.
   *
   * @throws DatastoreError, SystemError
   */
  async settleOwn(attachment: Attachment): Promise<void> {
    if ((await this.ledger.find('released', attachment)) === undefined) return
    using _lock = await this.ledger.lockReleased(this.#deadline.remainingMs)
    await this.#settle(attachment)
  }

  /**
   * Goes on with some of what could not be given back before, to the datastore of this call. What
   * cannot be now either stays for later; nobody who calls is to fail by it.
   */
  async settleOthers(most: number): Promise<void> {
    const released = await this.ledger.list('released')
    if (released.length === 0) return
    try {
      using _lock = await this.ledger.lockReleased(0)
      for (const attachment of released.slice(0, most)) await this.#settle(attachment)
    } catch (failure) {
      // Somebody else is at it.
      if (isSystemError(failure, 'ETIMEDOUT')) return
      await this.#say(messageOf(failure))
    }
  }

  async #say(text: string): Promise<void> {
    await this.log.write('error', text)
    await this.#call.host.streams.writeDiagnostic(`whereabouts: ${text}\n`)
  }

  async #settle(attachment: Attachment): Promise<void> {
    const record = await this.ledger.find('released', attachment)
    if (record?.datastore === identifyDatastore(this.#config)) await this.giveBack(record)
  }

  [Symbol.dispose](): void {
    this.#datastore?.[Symbol.dispose]()
  }
}
