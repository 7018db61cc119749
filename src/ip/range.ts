/** Ranges of IP addresses as values. */

import type { IpAddress } from './address.ts'

/** All addresses from `first` to `last`, both included; they are of one family and in order. */
export interface IpRange {
  readonly first: IpAddress
  readonly last: IpAddress
}

/** Whether the address is in the range; one of the other family never is. */
export function rangeContains(range: IpRange, address: IpAddress): boolean {
  if (address.family !== range.first.family) return false
  return range.first.value <= address.value && address.value <= range.last.value
}

/** Whether some address is in both ranges. */
export function rangesOverlap(a: IpRange, b: IpRange): boolean {
  return rangeContains(a, b.first) || rangeContains(b, a.first)
}

/** How many addresses the range has. */
export function countAddresses(range: IpRange): bigint {
  return range.last.value - range.first.value + 1n
}

/** `10.1.2.2-10.1.2.254` */
export function formatIpRange(range: IpRange): string {
  return `${range.first}-${range.last}`
}
