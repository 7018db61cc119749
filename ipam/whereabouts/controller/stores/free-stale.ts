/** Freeing what is nobody's. */

import type { StaleAllocation } from '#ipam/whereabouts/controller/reconcile/findings.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import type { Allocations } from '#ipam/whereabouts/pool/pool.ts'

/** Frees those entries of a pool that are still the same; returns them. @throws DatastoreError */
export async function freeStale(
  datastore: Datastore,
  stale: readonly StaleAllocation[],
): Promise<readonly StaleAllocation[]> {
  const [first] = stale
  if (first === undefined) return []
  return await datastore.updatePool(first.pool.key, (taken) => {
    const outcome = stale.filter((each) => isStill(taken, each))
    const drop = outcome.map(({ offset }) => offset)
    return drop.length === 0 ? { outcome } : { outcome, change: { drop } }
  })
}

/** Whoever has taken the address over since is another container. */
function isStill(taken: Allocations, { offset, holder }: StaleAllocation): boolean {
  const now = taken.get(offset)
  return (
    now?.containerId === holder.containerId &&
    now.podRef === holder.podRef &&
    now.ifName === holder.ifName
  )
}
