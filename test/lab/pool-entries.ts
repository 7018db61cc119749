/** What tests put into a datastore of addresses, and find in it. */

import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore, Reservation } from '#ipam/whereabouts/datastores/datastore.ts'
import { largestOffset } from '#ipam/whereabouts/pool/allocation-entries.ts'
import type { Allocation, Allocations, PoolChange, PoolKey } from '#ipam/whereabouts/pool/pool.ts'

export const pool: PoolKey = { range: parseIpPrefix('10.0.0.0/16') }

/** An allocation for the only interface of a pod. */
export function allocationOf(pod: string): Allocation {
  return { containerId: `id-of-${pod}`, podRef: `default/${pod}`, ifName: 'net1' }
}

/** A change that puts what belongs to pods at offsets. */
export function putting(pods: Readonly<Record<string, string>>): PoolChange {
  const entries = Object.entries(pods).map(([at, pod]) => [BigInt(at), allocationOf(pod)] as const)
  return { put: new Map(entries) }
}

/** Gives a pod the lowest offset that is free, or the one that it has. */
export function giveLowest(store: Datastore, pod: string, key: PoolKey = pool): Promise<bigint> {
  const { podRef, ifName } = allocationOf(pod)
  return store.updatePool(key, (taken) => {
    const own = taken.findOfPod(podRef, ifName)
    if (own !== undefined) return { outcome: own }
    const free = taken.firstFree(0n, largestOffset) ?? largestOffset
    return { outcome: free, change: putting({ [`${free}`]: pod }) }
  })
}

/** Changes a pool, whatever is in it. */
export async function change(store: Datastore, part: PoolChange, key = pool): Promise<void> {
  await store.updatePool(key, () => ({ outcome: undefined, change: part }))
}

/** Which pods have what, by their offsets. */
export function podsIn(allocations: Allocations | undefined): Readonly<Record<string, string>> {
  const pods = [...(allocations ?? [])].map(([offset, { podRef }]) => {
    return [`${offset}`, podRef.replace('default/', '')]
  })
  return Object.fromEntries(pods)
}

/** For the only interface of a pod. */
export function reservationOf(pod: string, address = '10.0.0.7'): Reservation {
  const { podRef, ifName } = allocationOf(pod)
  return { address: parseIpAddress(address), podRef, ifName }
}
