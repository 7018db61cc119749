/** Lists of objects, which the API gives in parts. */

import { optionalText } from '#cni/result-parts.ts'
import { anything, listOf } from '#schema/fields.ts'
import { fields, readConfig, withDefault } from '#schema/schema.ts'

/** Which part of a list. */
export interface Page {
  readonly limit: number
  /** What the API has called the part; absent, the first. */
  readonly rest?: string
}

export interface Part<T> {
  readonly items: readonly T[]
  /** What the API calls the next part; absent in the last. */
  readonly rest?: string
  /** The state of the cluster that the list is of. */
  readonly version: string
}

const listSchema = fields({
  metadata: fields({ continue: optionalText(), resourceVersion: optionalText() }),
  items: withDefault(listOf(anything()), []),
})

export function pageQuery({ limit, rest }: Page): string {
  const next = rest === undefined ? '' : `&continue=${encodeURIComponent(rest)}`
  return `limit=${limit}${next}`
}

/** @throws ConfigError for what is no list, and from `readItem` */
export function readPart<T>(list: unknown, readItem: (object: unknown) => T): Part<T> {
  const { metadata, items } = readConfig(listSchema, list)
  const { continue: rest, resourceVersion: version = '' } = metadata
  return { items: items.map(readItem), version, ...(rest !== undefined && { rest }) }
}
