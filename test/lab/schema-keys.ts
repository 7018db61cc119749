/** The keys of a configuration, as the schema that reads it has them. */

import type { Schema } from '#schema/schema.ts'

/**
 * The keys that a schema of `fields` reads: `mtu`, `ipam.dataDir`, `args.cni.ips[]` for a list of
 * values, `ipam.routes[].dst` for a key of the objects in a list.
 */
export function keysOfSchema(schema: Schema<unknown>): readonly string[] {
  return leavesOf(schema).map((path) => path.replace(/^\./, ''))
}

function leavesOf(schema: Schema<unknown>): readonly string[] {
  const { item, entries } = schema
  if (item !== undefined) return leavesOf(item).map((rest) => `[]${rest}`)
  if (entries === undefined) return ['']
  return Object.entries(entries).flatMap(([key, value]) =>
    leavesOf(value).map((rest) => `.${key}${rest}`),
  )
}
