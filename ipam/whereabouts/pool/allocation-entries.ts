/** Allocations as datastores keep them: `spec.allocations` of an IPPool, entries by their offsets. */

import { isObject } from '#schema/schema.ts'
import { AllocationTable } from './allocation-table.ts'
import type { Allocation } from './pool.ts'

/** An allocation in JSON. */
export interface AllocationEntry {
  readonly id: string
  readonly podref: string
  /** Absent when empty. */
  readonly ifname?: string
}

/** Offsets above it are nobody's: the original reads them as signed 64-bit numbers. */
export const largestOffset: bigint = 2n ** 63n - 1n

/**
 * The entries that make sense, of all the objects of a pool, no offset in two. Others stay where they are: whoever wrote them may know more of them
 * than we do.
 */
export function readAllocations(...documents: readonly unknown[]): AllocationTable {
  const table = new AllocationTable()
  for (const document of documents) {
    if (!isObject(document)) continue
    for (const key in document) {
      const allocation = isOffset(key) ? findAllocation(document[key]) : undefined
      if (allocation !== undefined) table.add(key, allocation)
    }
  }
  return table
}

export function toEntry({ containerId, podRef, ifName }: Allocation): AllocationEntry {
  return { id: containerId, podref: podRef, ...(ifName !== '' && { ifname: ifName }) }
}

/** Canonical decimal digits, as JSON has them. */
function isOffset(key: string): boolean {
  // Nearly all are short; a regular expression takes several times as long.
  if (key.length < 16) {
    const offset = Number.parseInt(key, 10)
    return offset >= 0 && `${offset}` === key
  }
  return /^[1-9][0-9]{0,18}$/.test(key) && BigInt(key) <= largestOffset
}

function findAllocation(entry: unknown): Allocation | undefined {
  if (!isObject(entry)) return undefined
  const { id, podref, ifname } = entry
  if (typeof id !== 'string' || typeof podref !== 'string') return undefined
  return { containerId: id, podRef: podref, ifName: typeof ifname === 'string' ? ifname : '' }
}
