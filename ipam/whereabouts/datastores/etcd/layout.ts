/** Which keys of etcd are about what. */

import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'

/** All that is ours. */
export const rootFolder = '/netwright/whereabouts/v1/'

/** Of all pools. */
export const poolsFolder: string = `${rootFolder}pools/`

/** Of the blocks of a pool. */
export function poolFolder(key: PoolKey): string {
  return `${poolsFolder}${poolName(key)}/`
}

/** Which pool the blocks of a folder are of: its name does not tell where its parts end. */
export function aboutKey(folder: string): string {
  return `${folder}about`
}

/** Of the reservations of all network names. */
export const reservationsFolder: string = `${rootFolder}reservations/`

/** Of the reservations of a network name, by the texts of their addresses. */
export function reservationFolder(networkName: string | undefined): string {
  return `${reservationsFolder}${networkName ?? ''}/`
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
