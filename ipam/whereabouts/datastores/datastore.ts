/** Where a cluster keeps who has which address. */

import type { IpAddress } from '#ip/address.ts'
import type { Allocations, PoolDecider, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import type { NodeSlices } from '#ipam/whereabouts/ranges/node-slices.ts'

/**
 * A datastore as a call uses it. Every method gives up when the time of the call is over.
 *
 * An address is somebody's when a pool says so, and, where ranges may overlap, a reservation as well:
 * ADD writes the pool first and the reservation second, and so does DEL. What a crash leaves between
 * the two is a pool's entry that DEL finds, or a reservation that the controller removes.
 *
 * @throws DatastoreError from every method when the datastore cannot be asked or refuses
 */
export interface Datastore extends Disposable {
  /** `file /var/lib/cni/whereabouts`, `kubernetes https://10.96.0.1:443`: what errors call it. */
  readonly description: string
  /** What a pool holds; nothing when there is none. */
  findPool(key: PoolKey): Promise<Allocations | undefined>
  /**
   * Changes a pool, which is made where it is missing. `decide` is asked with what the pool holds, and
   * again when somebody else was faster, so it must have no effect of its own. When this resolves the
   * change is stored, wholly; when it rejects after a connection was lost it may be.
   */
  updatePool<T>(key: PoolKey, decide: PoolDecider<T>): Promise<T>
  /**
   * Takes an address for all pools with this network name. Returns the reservation that is in the way:
   * nothing when it is now the pod's, or was before.
   */
  reserve(reservation: Reservation): Promise<Reservation | undefined>
  /** Gives an address back; passes when there is no reservation, and leaves one of another pod alone. */
  unreserve(reservation: Reservation): Promise<void>
  /** All that are reserved under the network name, by the texts of their addresses. */
  listReservations(networkName: string | undefined): Promise<ReadonlyMap<string, Reservation>>
  /** The slices of this name (`slicesName`); nothing when there are none. */
  findNodeSlices(name: string): Promise<NodeSlices | undefined>
  /** Passes when the datastore answers, and lets us read. */
  probe(): Promise<void>
}

/** Whether two reservations are the same interface's; those of old versions of the original name none. */
export function isSameHolder(a: Reservation, b: Reservation): boolean {
  if (a.podRef !== b.podRef) return false
  return a.ifName === b.ifName || a.ifName === '' || b.ifName === ''
}

/** An address that is in use, in whatever pool. */
export interface Reservation {
  readonly networkName?: string
  readonly address: IpAddress
  /** The pod, `namespace/name`. */
  readonly podRef: string
  readonly ifName: string
}
