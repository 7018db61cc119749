/** `CNI_ARGS`: pairs of key and value that a person or a runtime adds to a call. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'

/** The key that tells a plugin to pass over pairs it does not know. */
const ignoreUnknownKey = 'IgnoreUnknown'

interface Pair {
  readonly key: string
  readonly value: string
}

/**
 * Reads `K=V;K2=V2`. Keys are case-sensitive, values verbatim, the last of equal keys wins.
 * `IgnoreUnknown` is always known; the answer holds only `knownKeys`.
 *
 * @throws CniError 4 (invalid environment) in the reference library's words
 */
export function readCniArgs(
  args: string,
  knownKeys: readonly string[],
): ReadonlyMap<string, string> {
  if (args === '') return new Map()
  const pairs = args.split(';').map(parsePair)
  const [ignoreUnknown, others] = partition(pairs, ({ key }) => key === ignoreUnknownKey)
  const [known, unknown] = partition(others, ({ key }) => knownKeys.includes(key))
  const ignoresUnknown = ignoreUnknown.map(readBoolean).at(-1) ?? false
  if (unknown.length > 0 && !ignoresUnknown) {
    throw argsError(`unknown args [${unknown.map(quotePair).join(' ')}]`)
  }
  return new Map(known.map(({ key, value }) => [key, value]))
}

/** The error of a known key with a value it cannot have; `reason` is such as `invalid IP address x`. */
export function invalidCniArg(key: string, value: string, reason: string): CniError {
  return argsError(`error parsing value of pair ${quotePair({ key, value })}: ${reason}`)
}

function parsePair(text: string): Pair {
  const [key, value, ...rest] = text.split('=')
  if (key !== undefined && value !== undefined && rest.length === 0) return { key, value }
  throw argsError(`invalid pair ${JSON.stringify(text)}`)
}

function quotePair({ key, value }: Pair): string {
  return JSON.stringify(`${key}=${value}`)
}

function readBoolean({ key, value }: Pair): boolean {
  const lower = value.toLowerCase()
  if (lower === '1' || lower === 'true') return true
  if (lower === '0' || lower === 'false') return false
  throw invalidCniArg(key, value, `boolean unmarshal error: invalid input ${lower}`)
}

/** Those a test holds for, and the others. */
function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

/** The reference says `ARGS`; the specification wants the variable named, so the details do. */
function argsError(reason: string): CniError {
  return new CniError(
    cniErrorCodes.invalidEnvironment,
    `ARGS: ${reason}`,
    'CNI_ARGS is written KEY=VALUE;KEY=VALUE; IgnoreUnknown=1 passes over unknown keys',
  )
}
