/** JSON as the reference plugins print it. */

/** What can be printed; a key that holds `undefined` is left out. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** With an indentation of four spaces and no newline at its end. */
export function formatJson(value: JsonValue): string {
  return escapeForHtml(JSON.stringify(value, null, 4))
}

/** On one line. */
export function formatCompactJson(value: JsonValue): string {
  return escapeForHtml(JSON.stringify(value))
}

/** The same value with the keys of every object in it in bytewise order. */
export function sortKeys(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([key, item]) => [key, item === undefined ? undefined : sortKeys(item)]),
  )
}

/** `Array.isArray` does not narrow read-only lists. */
function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/**
 * Go's encoder keeps its output safe to embed in HTML. None of these characters stands in JSON
 * outside a string.
 */
function escapeForHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
