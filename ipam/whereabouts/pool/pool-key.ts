/** Which pool, in JSON. */

import { ipPrefix, text } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'
import type { PoolKey } from './pool.ts'

export const poolKeySchema: Schema<PoolKey> = fields({
  networkName: optional(text()),
  node: optional(text()),
  range: ipPrefix(),
})

export function toPoolKeyEntry(key: PoolKey): Readonly<Record<string, string>> {
  return { ...key, range: `${key.range}` }
}
