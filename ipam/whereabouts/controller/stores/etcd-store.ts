/** Pools and reservations in etcd, of the pods of a cluster that has it to itself. */

import { messageOf } from '#base/collect-failures.ts'
import { findIpAddress } from '#ip/address.ts'
import type {
  ListedPool,
  ListedReservation,
  StaleAllocation,
} from '#ipam/whereabouts/controller/reconcile/findings.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { findJson, readBlocks } from '#ipam/whereabouts/datastores/etcd/blocks.ts'
import {
  aboutKey,
  poolFolder,
  poolsFolder,
  removalKey,
  reservationsFolder,
} from '#ipam/whereabouts/datastores/etcd/layout.ts'
import {
  type EtcdEntry,
  isWrittenAt,
  put,
  remove,
} from '#ipam/whereabouts/datastores/etcd/messages.ts'
import { readReservation } from '#ipam/whereabouts/datastores/reservation-entries.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { poolName, reservationName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { poolKeySchema } from '#ipam/whereabouts/pool/pool-key.ts'
import { readConfig } from '#schema/schema.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterStore, PoolList } from './cluster-store.ts'
import type { EtcdPlace } from './etcd-place.ts'
import { freeStale } from './free-stale.ts'
import { findGonePods } from './gone-pods.ts'

const listTimeoutMs = 120_000
const changeTimeoutMs = 30_000

export class EtcdStore implements ClusterStore {
  readonly #cluster: Cluster
  readonly #etcd: EtcdPlace

  constructor(cluster: Cluster, etcd: EtcdPlace) {
    this.#cluster = cluster
    this.#etcd = etcd
  }

  async listReservations(): Promise<readonly ListedReservation[]> {
    using connection = await this.#etcd.connect(listTimeoutMs)
    const { entries } = await connection.held.listEntries('list reservations', reservationsFolder)
    return entries.flatMap(findListedReservation)
  }

  /** What cannot be read is an error: its reservations would look like nobody's. */
  async listPools(): Promise<PoolList> {
    using connection = await this.#etcd.connect(listTimeoutMs)
    const { entries } = await connection.held.listEntries('list pools', poolsFolder)
    return { pools: [...byFolder(entries)].flatMap(findPool), strange: [] }
  }

  async findGone(podRefs: readonly string[]): Promise<readonly string[]> {
    return await findGonePods(this.#cluster, podRefs)
  }

  async free(stale: readonly StaleAllocation[]): Promise<readonly StaleAllocation[]> {
    using datastore = await this.#etcd.open(changeTimeoutMs)
    return await freeStale(datastore.held, stale)
  }

  async removeReservations(
    reservations: readonly ListedReservation[],
    removed: (reservation: ListedReservation) => void,
  ): Promise<void> {
    using connection = await this.#etcd.connect(changeTimeoutMs)
    for (const reservation of reservations) {
      const { name, uid: key, version } = reservation
      const { succeeded } = await connection.held.transact(`remove reservation ${name}`, {
        compare: [isWrittenAt(key, BigInt(version))],
        success: [remove(key), put(removalKey(folderOf(key)), '')],
      })
      if (succeeded) removed(reservation)
    }
  }
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1)
}

/** Nothing for what is no reservation to whoever gives addresses either. */
function findListedReservation({
  key,
  value,
  modRevision,
}: EtcdEntry): readonly ListedReservation[] {
  const folder = folderOf(key)
  const address = findIpAddress(key.slice(folder.length))
  if (address === undefined) return []
  const networkName = folder.slice(reservationsFolder.length, -1) || undefined
  const found = readReservation({ address }, findJson(value))
  if (found === undefined) return []
  const name = reservationName(networkName, address)
  return [{ name, uid: key, version: `${modRevision}`, podRef: found.podRef }]
}

function byFolder(entries: readonly EtcdEntry[]): ReadonlyMap<string, readonly EtcdEntry[]> {
  const folders = new Map<string, EtcdEntry[]>()
  for (const entry of entries) {
    const folder = folderOf(entry.key)
    const others = folders.get(folder) ?? []
    folders.set(folder, others)
    others.push(entry)
  }
  return folders
}

function findPool([folder, entries]: readonly [
  string,
  readonly EtcdEntry[],
]): readonly ListedPool[] {
  const blocks = readBlocks(folder, entries)
  if (blocks.size === 0) return []
  const key = readPoolKey(folder, entries)
  return [{ name: poolName(key), key, taken: readAllocations(...blocks.values()) }]
}

/** @throws DatastoreError */
function readPoolKey(folder: string, entries: readonly EtcdEntry[]): PoolKey {
  const path = aboutKey(folder)
  const about = entries.find(({ key }) => key === path)
  try {
    const key = readConfig(poolKeySchema, JSON.parse(about?.value ?? ''))
    if (poolFolder(key) === folder) return key
    throw new SyntaxError('it is about another pool')
  } catch (cause) {
    const hint = 'it is written again with the next address of the pool when it is removed'
    throw new DatastoreError(
      'refused',
      `read ${path} in etcd: ${messageOf(cause)} — ${hint}`,
      cause,
    )
  }
}
