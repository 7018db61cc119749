/** STATUS: whether every range set still has an address to give. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import type { AddressFiles } from './address-files.ts'
import { countAllocatable, formatRangeSet, isAllocatable, type RangeSet } from './range-set.ts'

/**
 * Passes when an ADD could be served now. It only reads, and takes no lock: reservations that come
 * and go meanwhile could do so a moment later just as well.
 *
 * @throws CniError 50 with the count of each range set that is used up
 */
export async function requireFreeAddresses(
  store: AddressFiles,
  sets: readonly RangeSet[],
): Promise<void> {
  const names = await store.listNames()
  const exhausted: string[] = []
  for (const set of sets) {
    const taken = names.filter((name) => isOf(set, findIpAddress(name)))
    const total = countAllocatable(set)
    if (BigInt(taken.length) < total || (await hasOrphan(store, taken))) continue
    exhausted.push(`${taken.length}/${total} taken of ${formatRangeSet(set)}`)
  }
  if (exhausted.length === 0) return
  const msg = `allocate addresses from ${store.folder}: no free address, ${exhausted.join(', ')}`
  throw new CniError(cniErrorCodes.unavailable, msg)
}

function isOf(set: RangeSet, address: IpAddress | undefined): boolean {
  return address !== undefined && isAllocatable(set, address)
}

/** An address whose file names no owner is one that the next ADD takes. */
async function hasOrphan(store: AddressFiles, names: readonly string[]): Promise<boolean> {
  const reservations = await store.readReservations(names)
  return reservations.some(({ owner }) => owner === '')
}
