/** The keys every network configuration shares. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { describeFound } from '#base/config-error.ts'
import { listOf, text } from '#schema/fields.ts'
import { fields, isObject, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import type { Command } from './call.ts'
import { isIdentifier } from './environment.ts'
import { type Dns, noDns } from './result.ts'
import { dnsSchema, optionalText } from './result-parts.ts'
import { type CniVersion, defaultVersion } from './version.ts'

/** One attachment of a container to this network. */
export interface Attachment {
  readonly containerId: string
  readonly ifName: string
}

/** SPEC 1.1.0, "Plugin configuration objects" and "Request for network configuration". */
export interface NetworkConfig {
  readonly cniVersion: CniVersion
  readonly name: string
  /** `ipam.type`; absent without one. */
  readonly ipamType?: string
  readonly dns: Dns
  /**
   * `cni.dev/valid-attachments`, or its older spelling `cni.dev/attachments`; GC only. Absent when
   * the runtime did not say, so that nothing is known to be stale.
   */
  readonly validAttachments?: readonly Attachment[]
}

/**
 * Standard input as JSON: an object, of which nothing but `name` was looked at. `null` counts as an
 * empty one.
 *
 * @throws CniError 6 when it is not JSON, or not an object
 */
export function decodeConfig(configText: string): object {
  const raw = parseJson(configText)
  if (isObject(raw)) return raw
  if (raw === null) return {}
  throw undecodable(`expected an object, found ${describeFound(raw)}`)
}

function parseJson(configText: string): unknown {
  try {
    return JSON.parse(configText)
  } catch (cause) {
    // Every engine has its own words; these are for the most common case.
    const isEmpty = configText.trim() === ''
    const reason = isEmpty ? 'unexpected end of JSON input' : messageOf(cause)
    throw undecodable(reason, { cause })
  }
}

function undecodable(reason: string, options?: ErrorOptions): CniError {
  const msg = `error unmarshall network config: ${reason}`
  return new CniError(cniErrorCodes.decoding, msg, 'a configuration is an object in JSON', options)
}

/** The name of the network. @throws CniError 7 when there is none or it breaks the rule for names */
export function readName(raw: object): string {
  return requireName(readConfig(nameKeys, raw).name)
}

const nameSchema: Schema<string> = withDefault(text(), '')
const nameKeys = fields({ name: nameSchema })

function requireName(name: string): string {
  if (name === '') throw new CniError(cniErrorCodes.invalidConfig, 'missing network name')
  if (isIdentifier(name)) return name
  const msg = 'invalid characters found in network name'
  throw new CniError(cniErrorCodes.invalidConfig, msg, name)
}

const versionKeys = fields({
  cniVersion: { ...withDefault(text(), defaultVersion), emptyIsAbsent: true },
})

/** `cniVersion` as it is written; 0.1.0 where it is not. @throws CniError 6 when it is no text */
export function readVersionText(raw: object): string {
  try {
    return readConfig(versionKeys, raw).cniVersion
  } catch (cause) {
    const msg = `decoding version from network config: ${messageOf(cause)}`
    throw new CniError(cniErrorCodes.decoding, msg, undefined, { cause })
  }
}

const ipamSchema = withDefault(fields({ type: optionalText() }), {})
const sharedKeys = fields({
  ipam: ipamSchema,
  name: nameSchema,
  dns: withDefault(dnsSchema, noDns),
})
const keysToCleanUp = fields({ ipam: ipamSchema, name: nameSchema })

interface SharedKeys {
  readonly ipam: { readonly type?: string }
  readonly name: string
  readonly dns?: Dns
}

/** What to read of a configuration. */
export interface ConfigRequest {
  readonly command: Command
  readonly cniVersion: CniVersion
}

/**
 * The shared keys, as far as `command` has a use for them: what is broken and not needed must not
 * keep a DEL from cleaning up.
 *
 * @throws ConfigError or CniError
 */
export function readNetworkConfig(
  raw: object,
  { command, cniVersion }: ConfigRequest,
): NetworkConfig {
  const cleansUp = command === 'DEL' || command === 'GC'
  const keys: SharedKeys = readConfig(cleansUp ? keysToCleanUp : sharedKeys, raw)
  const { type } = keys.ipam
  const validAttachments = command === 'GC' ? readValidAttachments(raw) : undefined
  return {
    cniVersion,
    name: requireName(keys.name),
    ...(type !== undefined && { ipamType: type }),
    dns: keys.dns ?? noDns,
    ...(validAttachments && { validAttachments }),
  }
}

/** The current key and the one that libcni sends along for plugins of the drafts of 1.1.0. */
const attachmentKeys = ['cni.dev/valid-attachments', 'cni.dev/attachments'] as const

function readValidAttachments(raw: object): readonly Attachment[] | undefined {
  for (const key of attachmentKeys) {
    const spelling = Object.keys(raw).find((candidate) => candidate.toLowerCase() === key)
    if (spelling !== undefined) return readAttachments(raw, key)
  }
  return undefined
}

/** A `null` is what libcni sends for an empty list. */
function readAttachments(raw: object, key: (typeof attachmentKeys)[number]): readonly Attachment[] {
  const attachment: Schema<{ readonly containerID: string; readonly ifname: string }> = fields({
    containerID: text(),
    ifname: text(),
  })
  const entries = { [key]: withDefault(listOf(attachment), []) }
  const list = readConfig(fields(entries), raw)[key] ?? []
  return list.map(({ containerID, ifname }) => ({ containerId: containerID, ifName: ifname }))
}
