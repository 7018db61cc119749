/** Pools, reservations and pods in the API of a cluster. */

import type {
  ListedPool,
  ListedReservation,
  StaleAllocation,
} from '#ipam/whereabouts/controller/reconcile/findings.ts'
import type { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import {
  type Kind,
  KubernetesCollection,
} from '#ipam/whereabouts/datastores/kubernetes/collection.ts'
import { poolKind, reservationKind } from '#ipam/whereabouts/datastores/kubernetes/objects.ts'
import { text } from '#schema/fields.ts'
import { fields, isObject, readConfig } from '#schema/schema.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterStore, PoolList } from './cluster-store.ts'
import { freeStale } from './free-stale.ts'
import { findGonePods } from './gone-pods.ts'
import { findListedPool } from './listed-pool.ts'

const listTimeoutMs = 120_000
const changeTimeoutMs = 30_000
const pageSize = 500

/** What is known of a pool without reading it. */
interface PoolHead {
  readonly name: string
  readonly version: string
}

const headSchema = fields({ metadata: fields({ name: text(), resourceVersion: text() }) })

const poolHeadKind: Kind<PoolHead> = {
  ...poolKind,
  read: (object) => {
    const { name, resourceVersion: version } = readConfig(headSchema, object).metadata
    return { name, version }
  },
}

/** A pool as it was read; `pool` is absent where it made no sense. */
interface KnownPool {
  readonly version: string
  readonly pool: ListedPool | undefined
}

/** Pools are large, and most of them do not change from one look to the next: those are not read again. */
export class KubernetesStore implements ClusterStore {
  readonly #cluster: Cluster
  #known = new Map<string, KnownPool>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  async listReservations(): Promise<readonly ListedReservation[]> {
    using connection = await this.#cluster.connect(listTimeoutMs)
    const { held: client } = connection
    const objects = await new KubernetesCollection(client, reservationKind).listAll(pageSize)
    return objects.map(({ metadata, spec }) => {
      const { name, uid, resourceVersion: version } = metadata
      const podRef = isObject(spec) && typeof spec.podref === 'string' ? spec.podref : ''
      return { name, uid, version, podRef }
    })
  }

  async listPools(): Promise<PoolList> {
    using connection = await this.#cluster.connect(listTimeoutMs)
    const { held: client } = connection
    const heads = new KubernetesCollection(client, poolHeadKind)
    const known = new Map<string, KnownPool>()
    for (const head of await heads.listAll(pageSize, 'list')) {
      const found = await this.#look(client, head)
      if (found !== undefined) known.set(head.name, found)
    }
    this.#known = known
    return {
      pools: [...known.values()].flatMap(({ pool }) => pool ?? []),
      strange: [...known]
        .filter(([, { pool }]) => pool === undefined)
        .map(([name]) => `IPPool ${name}: its name is not that of a pool of its range`),
    }
  }

  async #look(client: KubernetesClient, head: PoolHead): Promise<KnownPool | undefined> {
    const before = this.#known.get(head.name)
    if (before?.version === head.version) return before
    const object = await new KubernetesCollection(client, poolKind).find(head.name)
    return object && { version: object.version, pool: findListedPool(head.name, object) }
  }

  async findGone(podRefs: readonly string[]): Promise<readonly string[]> {
    return await findGonePods(this.#cluster, podRefs)
  }

  async free(stale: readonly StaleAllocation[]): Promise<readonly StaleAllocation[]> {
    using datastore = await this.#cluster.open(changeTimeoutMs)
    return await freeStale(datastore.held, stale)
  }

  async removeReservations(
    reservations: readonly ListedReservation[],
    removed: (reservation: ListedReservation) => void,
  ): Promise<void> {
    using connection = await this.#cluster.connect(changeTimeoutMs)
    const { held: client } = connection
    const objects = new KubernetesCollection(client, reservationKind)
    for (const reservation of reservations) {
      const { name, uid, version: resourceVersion } = reservation
      const conflict = await objects.remove(name, { uid, resourceVersion })
      if (conflict === undefined) removed(reservation)
    }
  }
}
