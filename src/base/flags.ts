/** Command lines in the syntax of Go's flags: `-name value`, `--name=value`, `-name` alone for a switch. */

import { findDurationMs } from './duration.ts'

/** A command line that is not as expected; its message is for whoever typed it. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
}

/** Whether a word asks for the usage. */
export function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => /^--?h(?:elp)?$/.test(word))
}

/**
 * The values of flags, as they were written.
 *
 * @param defaults every flag with what it is when it is not given
 * @param switches those that need no value, and are then `true`
 * @throws FlagError
 */
export function readFlagTexts<K extends string>(
  words: readonly string[],
  defaults: Readonly<Record<K, string>>,
  switches: readonly NoInfer<K>[] = [],
): Record<K, string> {
  const isFlag = (name: string): name is K => Object.hasOwn(defaults, name)
  const values: Record<K, string> = { ...defaults }
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined && word !== '--'; word = rest.shift()) {
    const [, name = '', value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (!isFlag(name)) throw new FlagError(`flag not known: ${word}`)
    values[name] = value ?? (switches.includes(name) ? 'true' : requireValue(word, rest.shift()))
  }
  if (rest.length > 0) throw new FlagError(`argument not expected: ${rest[0]}`)
  return values
}

function requireValue(flag: string, value: string | undefined): string {
  if (value === undefined) throw new FlagError(`flag needs a value: ${flag}`)
  return value
}

/** What Go's strconv.ParseBool takes. @throws FlagError */
export function readSwitch(name: string, text: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false
  throw new FlagError(`-${name}: expected true or false, found ${JSON.stringify(text)}`)
}

/** Milliseconds, more than none. @throws FlagError */
export function readDurationMs(name: string, text: string): number {
  const ms = findDurationMs(text)
  if (ms !== undefined && ms > 0) return ms
  const found = JSON.stringify(text)
  throw new FlagError(`-${name}: expected a duration such as 10s or 1m30s, found ${found}`)
}

/** An absolute path, or an empty text. @throws FlagError */
export function readAbsolutePath(name: string, path: string): string {
  if (path === '' || path.startsWith('/')) return path
  throw new FlagError(`-${name}: expected an absolute path, found ${JSON.stringify(path)}`)
}
