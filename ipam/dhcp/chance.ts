/** Numbers that nobody can foretell. */

import type { Random } from '#host/host.ts'
import { viewOf } from './packet/bytes.ts'

export function randomUint32(random: Random): number {
  return viewOf(random.bytes(4)).getUint32(0)
}

/** From 0 up to, but not including, 1. */
export function randomFraction(random: Random): number {
  return randomUint32(random) / 2 ** 32
}
