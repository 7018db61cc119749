/** What the controller sees of a cluster, and what it makes of it. */

import type { Allocation, Allocations, PoolKey } from '#ipam/whereabouts/pool/pool.ts'

/** A pool, under the name that it has. */
export interface ListedPool {
  readonly name: string
  /** With which `poolName` gives the name. What is before the range in it counts as the network name. */
  readonly key: PoolKey
  readonly taken: Allocations
}

/** A reservation. Its name does not tell its address: `network_name` may have anything in it. */
export interface ListedReservation {
  readonly name: string
  readonly uid: string
  readonly version: string
  readonly podRef: string
}

/** What was read, in this order: an address that was given after the reservations were read is in a pool. */
export interface ClusterState {
  /** The pods that are there, by `namespace/name`. */
  readonly pods: { has(podRef: string): boolean }
  readonly reservations: readonly ListedReservation[]
  readonly pools: readonly ListedPool[]
}

export interface Instant {
  /** Milliseconds that never run backwards. */
  readonly monotonicMs: number
  /** Milliseconds since 1970. */
  readonly wallMs: number
}

/** Since when something has looked as if it were nobody's, by what it is. */
export type Suspicions = ReadonlyMap<string, number>

/** An address that is nobody's, if the pod is really gone. */
export interface StaleAllocation {
  readonly pool: ListedPool
  readonly offset: bigint
  readonly holder: Allocation
  /** The pod that must not be there; absent where nobody has the address in any case. */
  readonly podRef?: string
}

export interface StaleReservation {
  readonly reservation: ListedReservation
  /** The pod that must not be there; absent where it may be, and has nothing of it. */
  readonly podRef?: string
}

export interface Findings {
  readonly allocations: readonly StaleAllocation[]
  readonly reservations: readonly StaleReservation[]
  /** For the next time. */
  readonly suspicions: Suspicions
  /** What cannot be judged, and why. */
  readonly strange: readonly string[]
}
