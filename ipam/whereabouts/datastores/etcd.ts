/** The datastore of a cluster that has etcd. */

import type { Files, Random } from '#host/host.ts'
import type { Http } from '#host/http.ts'
import { readAllocations } from '#ipam/whereabouts/allocation-entries.ts'
import { type Datastore, isSameHolder, type Reservation } from '#ipam/whereabouts/datastore.ts'
import { DatastoreError } from '#ipam/whereabouts/datastore-error.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { poolName } from '#ipam/whereabouts/names.ts'
import { type NodeSlices, readNodeSlices } from '#ipam/whereabouts/node-slices.ts'
import type { Allocations, PoolDecision, PoolKey } from '#ipam/whereabouts/pool.ts'
import {
  readReservation,
  readReservations,
  toReservationEntry,
} from '#ipam/whereabouts/reservation-entries.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings.ts'
import { type BlockWrite, changeBlocks, findJson, portionsOf, readBlocks } from './etcd/blocks.ts'
import { EtcdClient } from './etcd/client.ts'
import { poolFolder, removalKey, reservationFolder, rootFolder, slicesKey } from './etcd/layout.ts'
import {
  type EtcdOperation,
  get,
  isUnwrittenSince,
  isWrittenAt,
  put,
  remove,
  under,
} from './etcd/messages.ts'
import { readTls } from './etcd/tls.ts'
import { settle } from './settle.ts'

/** What the datastore needs of the host. */
export interface EtcdSite {
  readonly files: Files
  readonly http: Http
  readonly random: Random
}

/**
 * Pools and reservations as keys of etcd; `etcd/layout.ts` and `etcd/blocks.ts` have their form.
 *
 * @throws DatastoreError when a certificate cannot be read; etcd is not asked for anything yet
 */
export async function openEtcd(
  { files, http, random }: EtcdSite,
  settings: EtcdSettings,
  deadline: Deadline,
): Promise<Datastore> {
  const { endpoints: origins, user } = settings
  const tls = await readTls(files, settings)
  const options = { http, random, origins, tls, deadline, ...(user !== undefined && { user }) }
  const description = `etcd ${origins.join(',')}`
  return new EtcdDatastore(description, new EtcdClient(options), deadline)
}

class EtcdDatastore implements Datastore {
  readonly description: string
  readonly #client: EtcdClient
  readonly #deadline: Deadline

  constructor(description: string, client: EtcdClient, deadline: Deadline) {
    this.description = description
    this.#client = client
    this.#deadline = deadline
  }

  async findPool(key: PoolKey): Promise<Allocations | undefined> {
    const folder = poolFolder(key)
    const { entries } = await this.#client.listEntries(`read pool ${poolName(key)}`, folder)
    const blocks = readBlocks(folder, entries)
    return blocks.size === 0 ? undefined : readAllocations(...blocks.values())
  }

  async updatePool<T>(key: PoolKey, decide: (taken: Allocations) => PoolDecision<T>): Promise<T> {
    const purpose = `update pool ${poolName(key)}`
    const folder = poolFolder(key)
    return await settle(this.#deadline, async () => {
      const { entries, revision } = await this.#client.listEntries(purpose, folder)
      const blocks = readBlocks(folder, entries)
      const { outcome, change = {} } = decide(readAllocations(...blocks.values()))
      const writes = changeBlocks(folder, blocks, change)
      const isWritten = await this.#write(purpose, folder, { writes, revision })
      return isWritten ? { outcome } : this.#disturbed(purpose)
    })
  }

  async reserve(reservation: Reservation): Promise<Reservation | undefined> {
    const purpose = `reserve ${reservation.address}`
    const folder = reservationFolder(reservation.networkName)
    const key = `${folder}${reservation.address}`
    const value = JSON.stringify(toReservationEntry(reservation))
    let known = 0n
    return await settle(this.#deadline, async () => {
      const { succeeded, entries } = await this.#client.transact(purpose, {
        compare: [
          isWrittenAt(key, known),
          isUnwrittenSince({ key: removalKey(folder) }, this.#client.revision),
        ],
        success: [put(key, value)],
        failure: [get(key)],
      })
      if (succeeded) return { outcome: undefined }
      const [entry] = entries
      const found = readReservation(reservation, findJson(entry?.value ?? ''))
      if (found !== undefined)
        return { outcome: isSameHolder(found, reservation) ? undefined : found }
      known = entry?.modRevision ?? 0n
      return this.#disturbed(purpose)
    })
  }

  async unreserve(reservation: Reservation): Promise<void> {
    const purpose = `give back ${reservation.address}`
    const folder = reservationFolder(reservation.networkName)
    const key = `${folder}${reservation.address}`
    await settle(this.#deadline, async () => {
      const entry = await this.#client.findEntry(purpose, key)
      const found = entry && readReservation(reservation, findJson(entry.value))
      if (!entry || !found || !isSameHolder(found, reservation)) return { outcome: undefined }
      const { succeeded } = await this.#client.transact(purpose, {
        compare: [isWrittenAt(key, entry.modRevision)],
        success: [remove(key), put(removalKey(folder), '')],
      })
      return succeeded ? { outcome: undefined } : this.#disturbed(purpose)
    })
  }

  async listReservations(
    networkName: string | undefined,
  ): Promise<ReadonlyMap<string, Reservation>> {
    const folder = reservationFolder(networkName)
    const { entries } = await this.#client.listEntries('list reservations', folder)
    const parsed = entries.map(({ key, value }) => [key.slice(folder.length), findJson(value)])
    return readReservations(networkName, Object.fromEntries(parsed))
  }

  async findNodeSlices(name: string): Promise<NodeSlices | undefined> {
    const entry = await this.#client.findEntry(`read slices ${name}`, slicesKey(name))
    return entry && readNodeSlices(findJson(entry.value))
  }

  async probe(): Promise<void> {
    await this.#client.findEntry('ask', rootFolder)
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  /** Whether nobody else has changed the pool since it was read with this revision. */
  async #write(
    purpose: string,
    folder: string,
    { writes, revision }: { readonly writes: readonly BlockWrite[]; readonly revision: bigint },
  ): Promise<boolean> {
    let since = revision
    for (const portion of portionsOf(writes)) {
      const outcome = await this.#client.transact(purpose, {
        compare: [isUnwrittenSince(under(folder), since)],
        success: operationsFor(folder, portion),
      })
      if (!outcome.succeeded) return false
      since = outcome.revision
    }
    return true
  }

  #disturbed(purpose: string): DatastoreError {
    return new DatastoreError('contended', `${purpose} in ${this.description}: it has changed`)
  }
}

function operationsFor(folder: string, writes: readonly BlockWrite[]): readonly EtcdOperation[] {
  const operations = writes.map(({ key, value }) => {
    return value === undefined ? remove(key) : put(key, value)
  })
  const isRemoval = writes.some(({ value }) => value === undefined)
  return isRemoval ? [...operations, put(removalKey(folder), '')] : operations
}
