/** A cluster in memory, as a controller sees it. */

import type {
  ListedPool,
  ListedReservation,
  StaleAllocation,
} from '#ipam/whereabouts/controller/reconcile/findings.ts'
import type { ClusterStore, PoolList } from '#ipam/whereabouts/controller/stores/cluster-store.ts'
import { findListedPool } from '#ipam/whereabouts/controller/stores/listed-pool.ts'
import { AllocationTable } from '#ipam/whereabouts/pool/allocation-table.ts'

/** `{ '1': 'ns/web' }`: which pod has the address at which offset, as `net1` of the container `c`. */
export type Holders = Readonly<Record<string, string>>

export function poolOf(name: string, range: string, holders: Holders): ListedPool {
  const entries = Object.entries(holders).map(([offset, podref]) => {
    return [offset, { id: 'c', podref, ifname: 'net1' }]
  })
  const object = { range, entries: Object.fromEntries(entries) }
  const pool = findListedPool(name, object)
  if (pool === undefined) throw new Error(`${name} is no pool of ${range}`)
  return pool
}

export function reservationOf(name: string, podRef: string): ListedReservation {
  return { name, uid: `uid of ${name}`, version: '1', podRef }
}

export class MemoryCluster implements ClusterStore {
  /** Which there are, as the cluster says when it is asked. */
  readonly pods = new Set<string>()
  pools: readonly ListedPool[] = []
  reservations: readonly ListedReservation[] = []
  /** Names of what cannot be changed. */
  readonly stuck = new Set<string>()
  /** What was asked for, in order. */
  readonly requests: string[] = []

  async listReservations(): Promise<readonly ListedReservation[]> {
    this.requests.push('list reservations')
    return this.reservations
  }

  async listPools(): Promise<PoolList> {
    this.requests.push('list pools')
    return { pools: this.pools, strange: [] }
  }

  async findGone(podRefs: readonly string[]): Promise<readonly string[]> {
    return podRefs.filter((podRef) => !this.pods.has(podRef))
  }

  async free(stale: readonly StaleAllocation[]): Promise<readonly StaleAllocation[]> {
    const [first] = stale
    if (first === undefined) return []
    const { name, key, taken } = first.pool
    this.requests.push(`free in ${name}`)
    if (this.stuck.has(name)) throw new Error(`${name} is stuck`)
    const dropped = new Set(stale.map(({ offset }) => offset))
    const left = without(taken, dropped)
    this.pools = this.pools.map((pool) => (pool.name === name ? { name, key, taken: left } : pool))
    return stale
  }

  async removeReservations(
    reservations: readonly ListedReservation[],
    removed: (reservation: ListedReservation) => void,
  ): Promise<void> {
    for (const reservation of reservations) {
      this.requests.push(`remove ${reservation.name}`)
      this.reservations = this.reservations.filter(({ name }) => name !== reservation.name)
      removed(reservation)
    }
  }

  /** Who has what, as `10.0.0.0-24 1 ns/web`. */
  holders(): readonly string[] {
    return this.pools.flatMap(({ name, taken }) =>
      [...taken].map(([offset, { podRef }]) => `${name} ${offset} ${podRef}`),
    )
  }
}

function without(taken: ListedPool['taken'], dropped: ReadonlySet<bigint>): AllocationTable {
  const table = new AllocationTable()
  for (const [offset, holder] of taken) if (!dropped.has(offset)) table.add(`${offset}`, holder)
  return table
}
