/** Results in the form of each version, in and out. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { fields, isObject, readConfig } from '#schema/schema.ts'
import { formatJson, formatOrderedJson, type JsonObject } from './json-text.ts'
import type { Result } from './result.ts'
import { decodeLists, encodeLists, encodeModernLists } from './result-lists.ts'
import { decodePairs, encodePairs } from './result-pairs.ts'
import { optionalText } from './result-parts.ts'
import { type CniVersion, isAtLeast, isSupportedVersion, supportedVersions } from './version.ts'

/**
 * A result as the text a plugin of this version prints. What the version has no place for is left
 * out.
 *
 * @throws CniError when the version cannot express the result at all
 */
export function encodeResult(result: Result, version: CniVersion): string {
  if (isAtLeast(version, '1.0.0')) {
    const modern = { cniVersion: version, ...encodeModernLists(result, version) }
    return formatOrderedJson(modern, modernKeys)
  }
  return formatJson({ cniVersion: version, ...encodeOlder(result, version) })
}

/**
 * The keys of results since 1.0.0, at every level, in bytewise order: the reference prints them through
 * a map, which sorts its keys.
 */
const modernKeys = [
  'address',
  'advmss',
  'cniVersion',
  'dns',
  'domain',
  'dst',
  'gateway',
  'gw',
  'interface',
  'interfaces',
  'ips',
  'mac',
  'mtu',
  'name',
  'nameservers',
  'options',
  'pciID',
  'priority',
  'routes',
  'sandbox',
  'scope',
  'search',
  'socketPath',
  'table',
]

function encodeOlder(result: Result, version: CniVersion): JsonObject {
  return isAtLeast(version, '0.3.0') ? encodeLists(result) : encodePairs(result)
}

/** Which version to read a result as, and where it was found. */
export interface ResultSource {
  readonly version: CniVersion
  readonly path: ConfigPath
}

/**
 * Reads a result in the form of `version`. Its own `cniVersion` may be another one of the same form;
 * where it has none, or an empty one, it is of `version`.
 *
 * @throws ConfigError naming the part that is not as expected
 */
export function decodeResult(raw: unknown, { version, path }: ResultSource): Result {
  const { cniVersion = version } = readConfig(fields({ cniVersion: optionalText() }), raw, path)
  const siblings = versionsOfSameForm(version)
  if (!siblings.some((known) => known === cniVersion)) {
    const expected = `${siblings.join(' or ')}, which have the form of ${version}`
    throw new ConfigError([...path, 'cniVersion'], expected, describeFound(cniVersion))
  }
  return isAtLeast(version, '0.3.0') ? decodeNewer(raw, { version, path }) : decodePairs(raw, path)
}

function decodeNewer(raw: unknown, { version, path }: ResultSource): Result {
  const result = decodeLists(raw, path)
  if (isAtLeast(version, '1.0.0')) return result
  // Before 1.0.0 an interface had no other keys; a stray one must not surface in a newer form.
  const interfaces = result.interfaces.map(({ name, mac, sandbox }) => {
    return { name, ...(mac && { mac }), ...(sandbox && { sandbox }) }
  })
  return { ...result, interfaces }
}

/**
 * The version a delegate's answer says it has; `version` where it says nothing. The key is matched
 * in this case alone, as the reference does here.
 *
 * @throws ConfigError when it says something that is no version of ours
 */
export function answeredVersion(raw: unknown, { version, path }: ResultSource): CniVersion {
  const said: unknown = isObject(raw) && 'cniVersion' in raw ? raw.cniVersion : undefined
  if (typeof said !== 'string' || said === '') return version
  if (isSupportedVersion(said)) return said
  const expected = `one of ${supportedVersions.join(', ')}`
  throw new ConfigError([...path, 'cniVersion'], expected, describeFound(said))
}

const formStarts = ['0.3.0', '1.0.0'] as const

function versionsOfSameForm(version: CniVersion): readonly CniVersion[] {
  const form = (candidate: CniVersion): number =>
    formStarts.filter((start) => isAtLeast(candidate, start)).length
  return supportedVersions.filter((candidate) => form(candidate) === form(version))
}
