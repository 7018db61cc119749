/** Changes of a pool as a JSON Patch (RFC 6902), in the form in which the original makes them. */

import { type AllocationEntry, toEntry } from '#ipam/whereabouts/pool/allocation-entries.ts'
import type { Allocation, PoolChange } from '#ipam/whereabouts/pool/pool.ts'
import { isObject } from '#schema/schema.ts'
import type { PoolObject } from './objects.ts'

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: AllocationEntry | string | readonly object[] | null
}

/**
 * What makes of the pool that was read the changed one, and nothing of any other: whoever writes in
 * between changes the resource version. Nothing when nothing has to change.
 */
export function poolPatch(pool: PoolObject, change: PoolChange): readonly PatchOperation[] {
  const puts = [...(change.put ?? [])].flatMap(([offset, allocation]) => {
    return putOperations(pool, offset, allocation)
  })
  const drops = (change.drop ?? []).flatMap((offset) => dropOperations(pool, offset))
  const operations = [...puts, ...drops]
  if (operations.length === 0) return []
  const version = { op: 'test', path: '/metadata/resourceVersion', value: pool.version } as const
  const added = operations.filter(({ op }) => op === 'add')
  // To the API, what is missing is null.
  const vacancies = added.map(({ path }) => ({ op: 'test', path, value: null }) as const)
  return [version, ...vacancies, ...operations, ...(pool.isTracked ? [untracking] : [])]
}

/**
 * Has the API forget who wrote which field, and not begin anew: in a pool of 2,000 addresses that is a
 * third of what is read, and more than half of what a write takes.
 */
const untracking = { op: 'replace', path: '/metadata/managedFields', value: [{}] } as const

function putOperations(
  { entries }: PoolObject,
  offset: bigint,
  allocation: Allocation,
): readonly PatchOperation[] {
  const path = pathOf(offset)
  const value = toEntry(allocation)
  const present = entries[`${offset}`]
  if (present === undefined) return [{ op: 'add', path, value }]
  if (!isSamePlace(present, value)) return [{ op: 'replace', path, value }]
  return present.id === value.id ? [] : [{ op: 'replace', path: `${path}/id`, value: value.id }]
}

function dropOperations({ entries }: PoolObject, offset: bigint): readonly PatchOperation[] {
  return `${offset}` in entries ? [{ op: 'remove', path: pathOf(offset) }] : []
}

function pathOf(offset: bigint): string {
  return `/spec/allocations/${offset}`
}

/** Whether an entry is of the same interface of the same pod. */
function isSamePlace(
  present: unknown,
  { podref, ifname }: AllocationEntry,
): present is { readonly id?: unknown } {
  return isObject(present) && present.podref === podref && (present.ifname || undefined) === ifname
}
