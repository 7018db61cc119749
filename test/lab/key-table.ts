/** A table of keys beside the keys of a schema: what one of them has and the other lacks. */

/** A key of a list: `ipam.ranges[][].subnet` is `subnet` in the list `ipam.ranges`. */
interface ListKey {
  readonly list: string
  /** Empty where the list holds plain values. */
  readonly item: string
}

function listKeyOf(key: string): ListKey | undefined {
  const [list, ...items] = key.split('[]')
  if (list === undefined || items.length === 0) return undefined
  return { list, item: items.join('').replace(/^\./, '') }
}

/**
 * The keys that the table does not tell. Those of the objects in a list have rows of their own, as
 * `vlanTrunk[].id`, or are named in the row of the list, or in that of another with the same keys.
 */
export function missingKeys(
  keys: readonly string[],
  table: ReadonlyMap<string, string>,
): readonly string[] {
  const itemsOf = (list: string) => keys.flatMap((key) => itemIn(key, list) ?? [])
  const rowNames = (list: string, item: string) =>
    item === '' || table.get(list)?.includes(`\`${item}\``) === true
  const twins = (list: string) => {
    const items = itemsOf(list).join()
    return [...table.keys()].filter((other) => itemsOf(other).join() === items)
  }
  return keys.filter((key) => {
    if (table.has(key)) return false
    const found = listKeyOf(key)
    if (found === undefined || !table.has(found.list)) return true
    return !twins(found.list).some((list) => rowNames(list, found.item))
  })
}

/** The rows that are about no key. */
export function strayRows(
  keys: readonly string[],
  table: ReadonlyMap<string, string>,
): readonly string[] {
  const known = new Set(keys.flatMap((key) => [key, listKeyOf(key)?.list ?? key]))
  return [...table.keys()].filter((row) => !known.has(row))
}

function itemIn(key: string, list: string): string | undefined {
  const found = listKeyOf(key)
  return found?.list === list ? found.item : undefined
}
