/**
 * The datastore in the API of a Kubernetes cluster: the custom resources of the original, which may
 * serve the same cluster at the same time. There is no lock: whoever writes a pool says which version
 * of it was read, and the API takes no other.
 */

import { describeFound } from '#base/config-error.ts'
import { findIpPrefix } from '#ip/prefix.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { Allocations, PoolChange, PoolDecider, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import type { NodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'
import type { KubernetesSettings } from '#ipam/whereabouts/settings/settings.ts'
import type { Datastore, Reservation } from './datastore.ts'
import { DatastoreError } from './datastore-error.ts'
import { type AccessSource, kubeconfigAccess } from './kubernetes/access.ts'
import { type ClusterSite, KubernetesClient } from './kubernetes/client.ts'
import { KubernetesCollection } from './kubernetes/collection.ts'
import { newPool, type PoolObject, poolKind, slicesKind } from './kubernetes/objects.ts'
import { poolPatch } from './kubernetes/pool-patch.ts'
import { KubernetesReservations } from './kubernetes/reservations.ts'
import { settle } from './settle.ts'

/**
 * Reads the kubeconfig; nothing is sent before it has to be.
 *
 * @throws DatastoreError naming the file and the key that is wrong
 */
export async function openKubernetes(
  site: ClusterSite,
  { kubeconfig }: KubernetesSettings,
  deadline: Deadline,
): Promise<Datastore> {
  return await openCluster(site, kubeconfigAccess(site.files, kubeconfig), deadline)
}

/** The same of a cluster that is reached in another way. @throws DatastoreError */
export async function openCluster(
  site: ClusterSite,
  source: AccessSource,
  deadline: Deadline,
): Promise<Datastore> {
  return new KubernetesDatastore(await KubernetesClient.open(site, source, deadline), deadline)
}

class KubernetesDatastore implements Datastore {
  readonly #client: KubernetesClient
  readonly #deadline: Deadline
  readonly #pools: KubernetesCollection<PoolObject>
  readonly #reservations: KubernetesReservations

  constructor(client: KubernetesClient, deadline: Deadline) {
    this.#client = client
    this.#deadline = deadline
    this.#pools = new KubernetesCollection(client, poolKind)
    this.#reservations = new KubernetesReservations(client, deadline)
  }

  get description(): string {
    return `kubernetes ${this.#client.origin}`
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  async findPool(key: PoolKey): Promise<Allocations | undefined> {
    const pool = await this.#findObject(key)
    return pool === undefined ? undefined : readAllocations(pool.entries)
  }

  async updatePool<T>(key: PoolKey, decide: PoolDecider<T>): Promise<T> {
    let refusedVersion: string | undefined
    return await settle(this.#deadline, async () => {
      const pool = await this.#findObject(key)
      const { outcome, change = {} } = await decide(readAllocations(pool?.entries))
      const conflict = await this.#store(key, pool, change)
      if (conflict === undefined) return { outcome }
      // The API has the same status for what it never takes.
      if (pool !== undefined && pool.version === refusedVersion) throw conflict
      refusedVersion = pool?.version
      return conflict
    })
  }

  async #findObject(key: PoolKey): Promise<PoolObject | undefined> {
    const name = poolName(key)
    const pool = await this.#pools.find(name)
    if (pool === undefined || findIpPrefix(pool.range)?.equals(key.range)) return pool
    // Offsets would mean other addresses.
    const range = `its spec.range is ${describeFound(pool.range)} and not ${key.range}`
    throw new DatastoreError('refused', `read IPPool ${name} at ${this.#client.origin}: ${range}`)
  }

  async #store(
    key: PoolKey,
    pool: PoolObject | undefined,
    change: PoolChange,
  ): Promise<DatastoreError | undefined> {
    const name = poolName(key)
    if (pool === undefined) {
      const { put = new Map() } = change
      return put.size === 0 ? undefined : await this.#pools.create(name, newPool(key, put))
    }
    const patch = poolPatch(pool, change)
    return patch.length === 0 ? undefined : await this.#pools.patch(name, patch)
  }

  async reserve(reservation: Reservation): Promise<Reservation | undefined> {
    return await this.#reservations.reserve(reservation)
  }

  async unreserve(reservation: Reservation): Promise<void> {
    await this.#reservations.unreserve(reservation)
  }

  async listReservations(
    networkName: string | undefined,
  ): Promise<ReadonlyMap<string, Reservation>> {
    return await this.#reservations.list(networkName)
  }

  async findNodeSlices(name: string): Promise<NodeSlices | undefined> {
    return await new KubernetesCollection(this.#client, slicesKind).find(name)
  }

  async probe(): Promise<void> {
    await this.#pools.probe()
  }
}
