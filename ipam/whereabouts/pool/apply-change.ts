/** A change of a pool, made to the entries as a datastore keeps them. */

import { toEntry } from './allocation-entries.ts'
import type { PoolChange } from './pool.ts'

type Entries = Readonly<Record<string, unknown>>

/** The entries after the change; those that make no sense to us stay as they are. */
export function applyChange(entries: Entries, { put, drop }: PoolChange): Entries {
  const dropped = new Set((drop ?? []).map(String))
  const kept = Object.entries(entries).filter(([key]) => !dropped.has(key))
  const added = [...(put ?? [])].map(([offset, allocation]) => [`${offset}`, toEntry(allocation)])
  return Object.fromEntries([...kept, ...added])
}
