/** Ranges and pools as tests write them. */

import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix, prefixContains } from '#ip/prefix.ts'
import { AllocationTable } from '#ipam/whereabouts/pool/allocation-table.ts'
import type { Allocation } from '#ipam/whereabouts/pool/pool.ts'
import type { AddressRange } from '#ipam/whereabouts/ranges/address-range.ts'
import { completeRange } from '#ipam/whereabouts/ranges/ranges.ts'

interface RangeTexts {
  readonly range: string
  readonly range_start?: string
  readonly range_end?: string
  readonly exclude?: readonly string[]
  readonly gateway?: string
}

/** The range of `ipam` with these keys. */
export function rangeOf(texts: RangeTexts): AddressRange {
  const { range, exclude = [], range_start: start, range_end: end, gateway } = texts
  return completeRange({
    path: ['ipam'],
    range,
    exclude,
    ...(start !== undefined && { range_start: parseIpAddress(start) }),
    ...(end !== undefined && { range_end: parseIpAddress(end) }),
    ...(gateway !== undefined && { gateway: parseIpAddress(gateway) }),
  })
}

/** A pool with these allocations, by offset. */
export function tableOf(allocations: Readonly<Record<string, Allocation>>): AllocationTable {
  const table = new AllocationTable()
  for (const [offset, allocation] of Object.entries(allocations)) {
    table.add(offset, allocation)
  }
  return table
}

/** Whether an entry of `exclude` is about 10.0.0.OFFSET. */
export function excludes(entry: string, offset: number): boolean {
  const address = parseIpAddress(`10.0.0.${offset}`)
  if (!entry.includes('/')) return parseIpAddress(entry).equals(address)
  return prefixContains(parseIpPrefix(entry), address)
}
