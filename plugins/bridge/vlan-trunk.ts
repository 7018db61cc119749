/** The key `vlanTrunk`: which VLANs a port carries with their tags. */

import { ConfigError } from '#base/config-error.ts'
import { wholeNumber } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'

const vlanId = wholeNumber(1, 4094)

/** One VLAN, or all from one to another, or both. */
export interface TrunkEntry {
  readonly id?: number
  readonly minID?: number
  readonly maxID?: number
}

export const trunkEntry: Schema<TrunkEntry> = fields({
  id: optional(vlanId),
  minID: optional(vlanId),
  maxID: optional(vlanId),
})

/** Every VLAN of the entries once, in ascending order. @throws ConfigError */
export function trunkIds(entries: readonly TrunkEntry[]): readonly number[] {
  const ids = entries.flatMap((entry, position) => {
    const range = rangeIds(entry, position)
    return entry.id === undefined ? range : [entry.id, ...range]
  })
  return [...new Set(ids)].sort((a, b) => a - b)
}

function rangeIds({ minID, maxID }: TrunkEntry, position: number): readonly number[] {
  const path = (key: string) => ['vlanTrunk', position, key] as const
  if (minID === undefined && maxID === undefined) return []
  if (minID === undefined) throw new ConfigError(path('minID'), 'a VLAN beside maxID', 'nothing')
  if (maxID === undefined) throw new ConfigError(path('maxID'), 'a VLAN beside minID', 'nothing')
  if (minID > maxID) {
    throw new ConfigError(path('minID'), `at most ${maxID}, the maxID`, `${minID}`)
  }
  return Array.from({ length: maxID - minID + 1 }, (_, offset) => minID + offset)
}
