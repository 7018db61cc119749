/** `prevResult`: what the plugins before this one, or its own ADD, had to say. */

import { ConfigError } from '#base/config-error.ts'
import { anything } from '#schema/fields.ts'
import { fields, optional, readConfig } from '#schema/schema.ts'
import type { Call } from './call.ts'
import type { Result } from './result.ts'
import { decodeResult } from './result-versions.ts'

/**
 * The previous result, or nothing where the configuration has none. It is read here and nowhere
 * else, so that a command that can do without it is not stopped by an unusable one.
 *
 * @throws ConfigError naming what is wrong below `prevResult`
 */
export function findPreviousResult(call: Call): Result | undefined {
  const { prevResult } = readConfig(fields({ prevResult: optional(anything()) }), call.rawConfig)
  if (prevResult === undefined) return undefined
  return decodeResult(prevResult, { version: call.network.cniVersion, path: ['prevResult'] })
}

/** The previous result of a call that cannot do without one, such as CHECK. @throws ConfigError */
export function previousResult(call: Call): Result {
  const previous = findPreviousResult(call)
  if (previous === undefined) {
    throw new ConfigError(['prevResult'], 'the result of the ADD before', 'nothing')
  }
  return previous
}
