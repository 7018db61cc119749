/** From an IPPool of a list to the pool that calls know. */

import { findIpPrefix } from '#ip/prefix.ts'
import type { ListedPool } from '#ipam/whereabouts/controller/reconcile/findings.ts'
import type { PoolObject } from '#ipam/whereabouts/datastores/kubernetes/objects.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { hyphenated } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'

/** Nothing when the name is not that of a pool of its range. */
export function findListedPool(
  name: string,
  pool: Pick<PoolObject, 'range' | 'entries'>,
): ListedPool | undefined {
  const key = findPoolKey(name, pool.range)
  return key && { name, key, taken: readAllocations(pool.entries) }
}

function findPoolKey(name: string, text: string): PoolKey | undefined {
  const range = findIpPrefix(text)
  if (range === undefined) return undefined
  const end = hyphenated(`${range}`)
  if (name === end) return { range }
  if (!name.endsWith(`-${end}`)) return undefined
  return { networkName: name.slice(0, -end.length - 1), range }
}
