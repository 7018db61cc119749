/** Which pools the ranges of a network are kept in. */

import type { AddressRange } from './address-range.ts'
import type { PoolKey } from './pool.ts'

export function poolOf(networkName: string | undefined, { subnet }: AddressRange): PoolKey {
  return { ...(networkName !== undefined && { networkName }), range: subnet }
}

/** In the order of the ranges. */
export function poolsOf(
  { networkName }: { readonly networkName?: string },
  ranges: readonly AddressRange[],
): readonly PoolKey[] {
  return ranges.map((range) => poolOf(networkName, range))
}
