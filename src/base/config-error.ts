/** The error of a configuration that says something it may not say. */

/** The parts of a configuration path: keys and list positions, outermost first. */
export type ConfigPath = readonly (string | number)[]

/** `['ipam', 'ranges', 0, 'subnet']` as `ipam.ranges[0].subnet`. */
export function formatConfigPath(path: ConfigPath): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

/**
 * A configuration key holds what it must not hold, or is missing.
 *
 * Its message reads `<path>: expected <expected>, found <found>`; the dispatcher turns it into CNI
 * error 7 (invalid network configuration, SPEC 1.1.0 "Error").
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** Where, as the user would write it: `ipam.ranges[0].subnet`. */
  readonly path: string
  /** What would have been right. */
  readonly expected: string
  /** What is there, quoted; `nothing` for a missing key. */
  readonly found: string

  constructor(path: ConfigPath, expected: string, found: string) {
    const where = formatConfigPath(path)
    super(`${where === '' ? 'configuration' : where}: expected ${expected}, found ${found}`)
    this.path = where
    this.expected = expected
    this.found = found
  }
}

const longestFoundText = 80

/** A found value for a message: JSON, shortened; `nothing` for an absent one. */
export function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = excerpt(value, longestFoundText)
  return text.length <= longestFoundText ? text : `${text.slice(0, longestFoundText)}…`
}

/**
 * JSON that may stop anywhere after `room` characters. Each level of nesting takes a character, so
 * neither the depth nor the size of a hostile value matters.
 */
function excerpt(value: unknown, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, Math.max(0, room + 1)))
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? `[${listExcerpt(value, room)}]` : `{${objectExcerpt(value, room)}}`
}

function listExcerpt(list: readonly unknown[], room: number): string {
  let text = ''
  for (const item of list) {
    if (text.length > room) break
    if (text !== '') text += ','
    text += excerpt(item, room - text.length - 1)
  }
  return text
}

function objectExcerpt(object: object, room: number): string {
  let text = ''
  for (const [key, value] of Object.entries(object)) {
    if (text.length > room) break
    if (text !== '') text += ','
    text += `${excerpt(key, room - text.length)}:`
    text += excerpt(value, room - text.length - 1)
  }
  return text
}
