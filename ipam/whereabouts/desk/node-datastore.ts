/** A datastore as the processes of a node use it. */

import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { type AllocationOrder, type Answer, allocate } from '#ipam/whereabouts/pool/allocation.ts'
import { type Freed, type FreeOrder, free } from '#ipam/whereabouts/pool/freeing.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'

/** What a call asks for is said in values, so that somebody else may do it on the way. */
export interface NodeDatastore extends Omit<Datastore, 'updatePool'> {
  /** See `allocate` of `allocation.ts`. @throws DatastoreError */
  allocate(key: PoolKey, order: AllocationOrder): Promise<Answer>
  /** See `free` of `freeing.ts`. @throws DatastoreError */
  free(key: PoolKey, order: FreeOrder): Promise<readonly Freed[]>
}

/** What does not change pools. */
export function others(datastore: Datastore): Omit<NodeDatastore, 'allocate' | 'free'> {
  return {
    description: datastore.description,
    findPool: (key) => datastore.findPool(key),
    reserve: (reservation) => datastore.reserve(reservation),
    unreserve: (reservation) => datastore.unreserve(reservation),
    listReservations: (networkName) => datastore.listReservations(networkName),
    findNodeSlices: (name) => datastore.findNodeSlices(name),
    probe: () => datastore.probe(),
    [Symbol.dispose]: () => datastore[Symbol.dispose](),
  }
}

/** A datastore in which every process changes pools by itself. */
export function direct(datastore: Datastore): NodeDatastore {
  return {
    ...others(datastore),
    allocate: (key, order) => datastore.updatePool(key, (taken) => allocate(taken, order)),
    free: (key, order) => datastore.updatePool(key, (taken) => free(taken, order)),
  }
}
