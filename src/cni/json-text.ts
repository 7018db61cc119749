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

/** The same with these keys alone, in this order, in every object. */
export function formatOrderedJson(value: JsonValue, keys: readonly string[]): string {
  return escapeForHtml(JSON.stringify(value, [...keys], 4))
}

/** On one line. */
export function formatCompactJson(value: JsonValue): string {
  return escapeForHtml(JSON.stringify(value))
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
