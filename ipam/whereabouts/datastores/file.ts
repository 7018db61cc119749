/** The datastore of a machine that is alone: files. */

import { isSystemError } from '#base/system-error.ts'
import type { Host } from '#host/host.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { applyChange } from '#ipam/whereabouts/pool/apply-change.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { Allocations, PoolDecider, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { isObject } from '#schema/schema.ts'
import { type Datastore, isSameHolder, type Reservation } from './datastore.ts'
import { FileDocuments } from './file-documents.ts'
import { readReservation, readReservations, toReservationEntry } from './reservation-entries.ts'

const folderMode = 0o700
const lockMode = 0o600

/**
 * Pools and reservations in a folder:
 *
 * - `pools/10.0.0.0-8.json`: what `spec` of an IPPool has, `{ "range": ..., "allocations": {...} }`
 * - `reservations/NAME.json`: those of a network name, `reservations/-.json` those without one, as
 *   `{ "10.0.0.1": { "podref": ..., "ifname": ... } }`
 * - `lock`: held with flock(2) by whoever changes something
 */
export function openFileDatastore(host: Host, folder: string, deadline: Deadline): Datastore {
  return new FileDatastore(host, folder, deadline)
}

class FileDatastore implements Datastore {
  readonly description: string
  readonly #host: Host
  readonly #folder: string
  readonly #deadline: Deadline
  readonly #documents: FileDocuments

  constructor(host: Host, folder: string, deadline: Deadline) {
    this.description = `file ${folder}`
    this.#host = host
    this.#folder = folder
    this.#deadline = deadline
    this.#documents = new FileDocuments(host.files)
  }

  async findPool(key: PoolKey): Promise<Allocations | undefined> {
    const document = await this.#documents.find(this.#poolPath(key))
    return document === undefined ? undefined : readAllocations(document.allocations)
  }

  async updatePool<T>(key: PoolKey, decide: PoolDecider<T>): Promise<T> {
    const path = this.#poolPath(key)
    using _lock = await this.#lock()
    const { allocations } = (await this.#documents.find(path)) ?? {}
    const { outcome, change } = await decide(readAllocations(allocations))
    if (change !== undefined) {
      const changed = applyChange(isObject(allocations) ? allocations : {}, change)
      await this.#documents.write(path, { range: `${key.range}`, allocations: changed })
    }
    return outcome
  }

  async reserve(reservation: Reservation): Promise<Reservation | undefined> {
    const path = this.#reservationsPath(reservation.networkName)
    using _lock = await this.#lock()
    const entries = (await this.#documents.find(path)) ?? {}
    const name = `${reservation.address}`
    const found = readReservation(reservation, entries[name])
    if (found !== undefined) return isSameHolder(found, reservation) ? undefined : found
    await this.#documents.write(path, { ...entries, [name]: toReservationEntry(reservation) })
    return undefined
  }

  async unreserve(reservation: Reservation): Promise<void> {
    const path = this.#reservationsPath(reservation.networkName)
    if ((await this.#documents.find(path)) === undefined) return
    using _lock = await this.#lock()
    const entries = (await this.#documents.find(path)) ?? {}
    const { [`${reservation.address}`]: entry, ...others } = entries
    const found = readReservation(reservation, entry)
    if (found === undefined || !isSameHolder(found, reservation)) return
    await this.#documents.write(path, others)
  }

  async listReservations(
    networkName: string | undefined,
  ): Promise<ReadonlyMap<string, Reservation>> {
    const entries = (await this.#documents.find(this.#reservationsPath(networkName))) ?? {}
    return readReservations(networkName, entries)
  }

  /** A machine that is alone has nobody to share with. */
  async findNodeSlices(): Promise<undefined> {
    return undefined
  }

  /** Passes where the folder is missing: an ADD makes it. */
  async probe(): Promise<void> {
    try {
      await this.#host.files.list(this.#folder)
    } catch (failure) {
      if (!isSystemError(failure, 'ENOENT')) throw failure
    }
  }

  [Symbol.dispose](): void {}

  async #lock(): Promise<Disposable> {
    await this.#host.files.ensureDirectory(this.#folder, folderMode)
    const request = { mode: lockMode, timeoutMs: this.#deadline.remainingMs }
    return this.#host.files.lock(`${this.#folder}/lock`, request)
  }

  #poolPath(key: PoolKey): string {
    return `${this.#folder}/pools/${poolName(key)}.json`
  }

  #reservationsPath(networkName: string | undefined): string {
    return `${this.#folder}/reservations/${networkName ?? '-'}.json`
  }
}
