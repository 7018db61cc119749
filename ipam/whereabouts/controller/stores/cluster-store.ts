/** What a controller asks of the datastore of a cluster, beside what a call does. */

import type {
  ListedPool,
  ListedReservation,
  StaleAllocation,
} from '#ipam/whereabouts/controller/reconcile/findings.ts'

/** @throws DatastoreError from every method */
export interface ClusterStore {
  listReservations(): Promise<readonly ListedReservation[]>
  /** Those whose names tell nothing are left out, and spoken of in `strange`. */
  listPools(): Promise<PoolList>
  /** Which of these pods are not there. */
  findGone(podRefs: readonly string[]): Promise<readonly string[]>
  /**
   * Frees those entries of a pool that are still the same; returns them. They are all of one pool.
   */
  free(stale: readonly StaleAllocation[]): Promise<readonly StaleAllocation[]>
  /** Removes those that are still the same, and tells of each at once. */
  removeReservations(
    reservations: readonly ListedReservation[],
    removed: (reservation: ListedReservation) => void,
  ): Promise<void>
}

export interface PoolList {
  readonly pools: readonly ListedPool[]
  readonly strange: readonly string[]
}
