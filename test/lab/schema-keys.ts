/** The keys of a configuration, as the schema that reads it has them. */

/**
 * The keys that a schema of `fields` reads: `mtu`, `ipam.dataDir`, `args.cni.ips[]` for a list of
 * values, `ipam.routes[].dst` for a key of the objects in a list.
 */
export function keysOfSchema(schema: unknown): readonly string[] {
  return leavesOf(schema).map((path) => path.replace(/^\./, ''))
}

function leavesOf(schema: unknown): readonly string[] {
  const parts = partsOf(schema)
  for (const part of parts) {
    if ('item' in part) return leavesOf(part.item).map((rest) => `[]${rest}`)
    if (!('entries' in part)) continue
    const entries = Object.entries(Object(part.entries))
    return entries.flatMap(([key, value]) => leavesOf(value).map((rest) => `.${key}${rest}`))
  }
  return ['']
}

/** The schema, and those that valibot made it of: what is optional, and the steps of a pipe. */
function partsOf(schema: unknown): readonly object[] {
  if (typeof schema !== 'object' || schema === null) return []
  const wrapped = 'wrapped' in schema ? partsOf(schema.wrapped) : []
  // The first step of a pipe is what the pipe itself looks like.
  const steps: readonly unknown[] =
    'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe.slice(1) : []
  return [schema, ...wrapped, ...steps.flatMap(partsOf)]
}
