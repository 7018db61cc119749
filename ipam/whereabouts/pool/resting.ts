/** Addresses that were given back, and that nobody else is to have for a while. */

import type { Allocation } from './pool.ts'

/**
 * Such an address stays in its pool under this name, with the time from which on it is free, in
 * seconds since 1970. To the original it is an address that is taken.
 */
const prefix = 'resting-until-'

/** The allocation that takes the place of one that was given back. */
export function restOf(allocation: Allocation, untilMs: number): Allocation {
  return { ...allocation, containerId: `${prefix}${Math.ceil(untilMs / 1_000)}` }
}

/** Whether the allocation is no longer anybody's. */
export function isResting({ containerId }: Allocation): boolean {
  return containerId.startsWith(prefix)
}

/** Whether anybody may have the address. */
export function isRested({ containerId }: Allocation, nowMs: number): boolean {
  if (!containerId.startsWith(prefix)) return false
  const untilSeconds = Number(containerId.slice(prefix.length))
  // Who wrote something else does not get to keep the address for good.
  return !(untilSeconds * 1_000 > nowMs)
}
