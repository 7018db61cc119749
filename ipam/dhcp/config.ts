/** The keys of a configuration that dhcp reads. */

import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import { optionalText } from '#cni/result-parts.ts'
import type { IpFamily } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import { flag, listOf, mac, oneOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import type { ConflictProbe } from './client/settings.ts'
import { hardwareIdentifier } from './client-identifier.ts'
import type { AssignmentWishes } from './lease/assignment.ts'
import type { DhcpOptions } from './message/option-area.ts'
import { optionCodes } from './message/option-codes.ts'
import {
  findMacArgument,
  type ProvidedOption,
  type RequestedOption,
  readProvided,
  readRequested,
  type SentOptions,
} from './sent-options.ts'
import { duidOfAttachment, duidOfLink } from './v6/duid.ts'

/** What an attachment's lease is asked for with, and what of it is told. */
export interface LeaseConfig {
  readonly families: readonly IpFamily[]
  readonly duid: Uint8Array
  readonly options: SentOptions
  readonly conflictProbe: ConflictProbe
  readonly wishes: AssignmentWishes
}

interface DaemonKeys {
  readonly ipam?: { readonly daemonSocketPath?: string }
}

/** The schema of the key that every command reads. */
export const daemonKeys: Schema<DaemonKeys> = fields({
  ipam: optional(fields({ daemonSocketPath: optionalText() })),
})

export const defaultSocketPath: string = '/run/cni/dhcp.sock'

/**
 * The path of the daemon's socket. It needs `ipam.daemonSocketPath` and nothing else, so that
 * whatever else is wrong with a configuration does not keep DEL from giving a lease back.
 *
 * @throws ConfigError
 */
export function readSocketPath({ rawConfig }: Call): string {
  const path = readConfig(daemonKeys, rawConfig).ipam?.daemonSocketPath ?? defaultSocketPath
  if (path.startsWith('/')) return path
  throw new ConfigError(['ipam', 'daemonSocketPath'], 'an absolute path', describeFound(path))
}

const maxUint32 = 2 ** 32 - 1
/** Twice, as a frame may be lost; neighbours on a wire answer within a millisecond. */
const defaultProbe: ConflictProbe = { count: 2, intervalMs: 50 }
const mostProbes = 10
/** `PROBE_MAX` of RFC 5227 §1.1. */
const longestIntervalMs = 2000

const provideKeys: Schema<ProvidedOption> = fields({
  option: text(),
  value: optionalText(),
  fromArg: optionalText(),
})
const requestKeys: Schema<RequestedOption> = fields({
  option: optionalText(),
  skipDefault: withDefault(flag(), false),
})
const probeKeys: Schema<ConflictProbe> = fields({
  count: withDefault(wholeNumber(0, mostProbes), defaultProbe.count),
  intervalMs: withDefault(wholeNumber(1, longestIntervalMs), defaultProbe.intervalMs),
})

/** The schema of the other keys. */
export const leaseKeys: Schema<LeaseKeys> = fields({
  ipam: fields({
    provide: withDefault(listOf(provideKeys), []),
    request: withDefault(listOf(requestKeys), []),
    priority: withDefault(wholeNumber(0, maxUint32), 0),
    conflictProbe: withDefault(probeKeys, defaultProbe),
    addressingOnly: withDefault(flag(), false),
    families: withDefault(listOf(oneOf('ipv4', 'ipv6')), ['ipv4']),
  }),
  runtimeConfig: optional(fields({ mac: optional(mac()) })),
})

interface LeaseKeys {
  readonly ipam: {
    readonly provide: readonly ProvidedOption[]
    readonly request: readonly RequestedOption[]
    readonly priority: number
    readonly conflictProbe: ConflictProbe
    readonly addressingOnly: boolean
    readonly families: readonly ('ipv4' | 'ipv6')[]
  }
  readonly runtimeConfig?: { readonly mac?: Mac }
}

/** @throws ConfigError or, for a value in `CNI_ARGS`, CniError */
export function readLeaseConfig(call: Call): LeaseConfig {
  const { rawConfig, args } = call
  const { ipam, runtimeConfig } = readConfig(leaseKeys, rawConfig)
  const { priority, addressingOnly, conflictProbe } = ipam
  const identity = runtimeConfig?.mac ?? findMacArgument(args)
  const provided = withIdentity(readProvided(ipam.provide, args), identity)
  const requested = readRequested(ipam.request, addressingOnly)
  const wishes = { addressingOnly, ...(priority !== 0 && { priority }) }
  const families = readFamilies(ipam.families)
  const duid = duidOf(call, identity)
  return { families, duid, options: { provided, requested }, conflictProbe, wishes }
}

function readFamilies(names: readonly ('ipv4' | 'ipv6')[]): readonly IpFamily[] {
  if (names.length === 0) {
    throw new ConfigError(['ipam', 'families'], 'ipv4, ipv6 or both', describeFound(names))
  }
  return [...new Set(names)].map((name) => (name === 'ipv4' ? 4 : 6))
}

function duidOf({ network, host, ...attachment }: Call, identity: Mac | undefined): Uint8Array {
  if (identity !== undefined) return duidOfLink(identity)
  return duidOfAttachment(network.name, attachment, host.digests)
}

/**
 * A container with a hardware address that somebody chose is known by that, whatever it is called, so
 * that its successor gets its address.
 */
function withIdentity(provided: DhcpOptions, identity: Mac | undefined): DhcpOptions {
  const code = optionCodes.clientIdentifier
  if (identity === undefined || provided.has(code)) return provided
  return new Map([...provided, [code, hardwareIdentifier(identity)]])
}
