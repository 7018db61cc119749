/** Which keys of etcd are about what. */

import { poolName } from '#ipam/whereabouts/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool.ts'

/** All that is ours. */
export const rootFolder = '/netwright/whereabouts/v1/'

/** Of the blocks of a pool. */
export function poolFolder(key: PoolKey): string {
  return `${rootFolder}pools/${poolName(key)}/`
}

/** Of the reservations of a network name, by the texts of their addresses. */
export function reservationFolder(networkName: string | undefined): string {
  return `${rootFolder}reservations/${networkName ?? ''}/`
}

/** Of node slices, as a document like a NodeSlicePool. */
export function slicesKey(name: string): string {
  return `${rootFolder}slices/${name}`
}

/**
 * The key that is written whenever one of its folder is removed. What was decided before a removal can
 * then not be written after it, be it that a member wakes up with a request of an hour ago.
 */
export function removalKey(folder: string): string {
  return `${folder}removed`
}
