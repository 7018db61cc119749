/** A range in the words of the original, which its users look for in logs. */

import type { AddressRange } from './address-range.ts'

/** `ip: 10.0.0.1 / - 10.0.0.254 / range: 10.0.0.0/24 / excludeRanges: [10.0.0.1/32]` */
export function formatRange({ bounds, subnet, exclude }: AddressRange): string {
  const excluded = `[${exclude.join(' ')}]`
  return `ip: ${bounds.first} / - ${bounds.last} / range: ${subnet} / excludeRanges: ${excluded}`
}
