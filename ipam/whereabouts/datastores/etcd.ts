/** The datastore of a cluster that has etcd. */

import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { Allocations, PoolDecider, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { toPoolKeyEntry } from '#ipam/whereabouts/pool/pool-key.ts'
import { type NodeSlices, readNodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'
import type { EtcdSettings } from '#ipam/whereabouts/settings/settings.ts'
import { type Datastore, isSameHolder, type Reservation } from './datastore.ts'
import { DatastoreError } from './datastore-error.ts'
import { type BlockWrite, changeBlocks, findJson, portionsOf, readBlocks } from './etcd/blocks.ts'
import type { EtcdClient } from './etcd/client.ts'
import {
  aboutKey,
  poolFolder,
  removalKey,
  reservationFolder,
  rootFolder,
  slicesKey,
} from './etcd/layout.ts'
import {
  type EtcdEntry,
  type EtcdOperation,
  get,
  isUnwrittenSince,
  isWrittenAt,
  put,
  remove,
  under,
} from './etcd/messages.ts'
import { type EtcdSite, openEtcdClient } from './etcd/open-client.ts'
import { readReservation, readReservations, toReservationEntry } from './reservation-entries.ts'
import { settle } from './settle.ts'

/**
 * Pools and reservations as keys of etcd; `etcd/layout.ts` and `etcd/blocks.ts` have their form.
 *
 * @throws DatastoreError when a certificate cannot be read; etcd is not asked for anything yet
 */
export async function openEtcd(
  site: EtcdSite,
  settings: EtcdSettings,
  deadline: Deadline,
): Promise<Datastore> {
  const client = await openEtcdClient(site, settings, deadline)
  return new EtcdDatastore(`etcd ${settings.endpoints.join(',')}`, client, deadline)
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

  async updatePool<T>(key: PoolKey, decide: PoolDecider<T>): Promise<T> {
    const purpose = `update pool ${poolName(key)}`
    const folder = poolFolder(key)
    return await settle(this.#deadline, async () => {
      const { entries, revision } = await this.#client.listEntries(purpose, folder)
      const blocks = readBlocks(folder, entries)
      const { outcome, change = {} } = await decide(readAllocations(...blocks.values()))
      const changes = changeBlocks(folder, blocks, change)
      const writes = changes.length === 0 ? [] : [...describePool(key, entries), ...changes]
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

/** Written with the first allocation of a pool, and never removed. */
function describePool(key: PoolKey, entries: readonly EtcdEntry[]): readonly BlockWrite[] {
  const about = aboutKey(poolFolder(key))
  if (entries.some((entry) => entry.key === about)) return []
  return [{ key: about, value: JSON.stringify(toPoolKeyEntry(key)) }]
}

function operationsFor(folder: string, writes: readonly BlockWrite[]): readonly EtcdOperation[] {
  const operations = writes.map(({ key, value }) => {
    return value === undefined ? remove(key) : put(key, value)
  })
  const isRemoval = writes.some(({ value }) => value === undefined)
  return isRemoval ? [...operations, put(removalKey(folder), '')] : operations
}
