/** Which pools the ranges of a network are kept in. */

import { type AddressRange, pooledPrefix } from '#ipam/whereabouts/ranges/address-range.ts'
import type { PoolKey } from './pool.ts'

export function poolOf(networkName: string | undefined, range: AddressRange): PoolKey {
  const { slice } = range
  const name = networkName === undefined ? {} : { networkName }
  return { ...name, ...(slice && { node: slice.node }), range: pooledPrefix(range) }
}

/** In the order of the ranges. */
export function poolsOf(
  { networkName }: { readonly networkName?: string },
  ranges: readonly AddressRange[],
): readonly PoolKey[] {
  return ranges.map((range) => poolOf(networkName, range))
}
