/** The keys of a configuration that host-local reads. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import { readCniArgs } from '#cni/cni-args.ts'
import { isIdentifier } from '#cni/environment.ts'
import { requireRoom } from '#cni/family-room.ts'
import type { ResultRoute } from '#cni/result.ts'
import { decodeRoute, optionalText, routeSchema, type WireRoute } from '#cni/result-parts.ts'
import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { flag, ipAddress, ipPrefix, listOf, text } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import {
  type ConfiguredRange,
  type ConfiguredSet,
  completeRangeSet,
  type RangeSet,
  requireDisjoint,
} from './range-set.ts'
import {
  type AddressRequest,
  cniArgsPath,
  type RequestText,
  readRequests,
} from './requested-addresses.ts'

/** What an ADD has to know. */
export interface AllocationConfig {
  /** One address is taken from each. A set's position is its number on disk. */
  readonly rangeSets: readonly RangeSet[]
  readonly requests: readonly AddressRequest[]
  readonly routes: readonly ResultRoute[]
  /** The path of the file the resolver settings are in. */
  readonly resolvConf?: string
}

interface FolderKeys {
  readonly ipam?: { readonly dataDir?: string }
}

/** The schema of the key that every command reads. */
export const folderKeys: Schema<FolderKeys> = fields({
  ipam: optional(fields({ dataDir: optionalText() })),
})
const defaultDataDir = '/var/lib/cni/networks'

/**
 * The folder of the network's store. It needs `ipam.dataDir` and nothing else, so that whatever else
 * is wrong with a configuration does not keep DEL and GC from freeing addresses.
 *
 * @throws ConfigError
 */
export function readStoreFolder({ rawConfig, network }: Call): string {
  const config = readConfig(folderKeys, rawConfig)
  const dataDir = config.ipam?.dataDir ?? defaultDataDir
  if (!dataDir.startsWith('/')) {
    throw new ConfigError(['ipam', 'dataDir'], 'an absolute path', describeFound(dataDir))
  }
  // The dispatcher has checked it, but nothing may ever be removed outside of the network's folder.
  if (!isIdentifier(network.name)) {
    throw new ConfigError(['name'], 'a network name', describeFound(network.name))
  }
  return `${dataDir.replace(/\/+$/, '')}/${network.name}`
}

const rangeEntries = {
  subnet: optional(ipPrefix()),
  rangeStart: optional(ipAddress()),
  rangeEnd: optional(ipAddress()),
  gateway: optional(ipAddress()),
}
const rangeLists = withDefault(listOf(listOf(fields(rangeEntries))), [])
const requestList = withDefault(listOf(text()), [])
const ipamKeys = fields({
  ...rangeEntries,
  ranges: rangeLists,
  routes: withDefault(listOf(routeSchema), []),
  resolvConf: optionalText(),
})
const capabilityKeys = fields({ ipRanges: withDefault(flag(), false) })
const runtimeKeys = fields({ ipRanges: rangeLists, ips: requestList })
const cniArgsKeys = withDefault(fields({ ips: requestList }), { ips: [] })
/** The schema of the other keys. */
export const allocationKeys: Schema<Keys> = fields({
  capabilities: withDefault(capabilityKeys, { ipRanges: false }),
  ipam: ipamKeys,
  runtimeConfig: withDefault(runtimeKeys, { ipRanges: [], ips: [] }),
  args: withDefault(fields({ cni: cniArgsKeys }), { cni: { ips: [] } }),
})

/** @throws ConfigError or, for `CNI_ARGS`, CniError */
export function readAllocationConfig(call: Call): AllocationConfig {
  const config = readConfig(allocationKeys, call.rawConfig)
  const { routes, resolvConf } = config.ipam
  return {
    requests: readRequests([...requestInArgs(call), ...requestsInConfig(config)]),
    rangeSets: readRangeSets(config, call),
    routes: routes.map(decodeRoute),
    ...(resolvConf !== undefined && { resolvConf }),
  }
}

interface RangeKeys {
  readonly subnet?: IpPrefix
  readonly rangeStart?: IpAddress
  readonly rangeEnd?: IpAddress
  readonly gateway?: IpAddress
}

type RangeLists = readonly (readonly RangeKeys[])[]

interface Keys {
  readonly capabilities: { readonly ipRanges: boolean }
  readonly ipam: RangeKeys & {
    readonly ranges: RangeLists
    readonly routes: readonly WireRoute[]
    readonly resolvConf?: string
  }
  readonly runtimeConfig: { readonly ipRanges: RangeLists; readonly ips: readonly string[] }
  readonly args: { readonly cni: { readonly ips: readonly string[] } }
}

function requestInArgs({ args }: Call): readonly RequestText[] {
  const text = readCniArgs(args, ['IP']).get('IP') ?? ''
  return text === '' ? [] : [{ path: cniArgsPath, text }]
}

function requestsInConfig({ args, runtimeConfig }: Keys): readonly RequestText[] {
  const inArgs = args.cni.ips.map((text, index) => ({ path: ['args', 'cni', 'ips', index], text }))
  const inRuntimeConfig = runtimeConfig.ips.map((text, index) => {
    return { path: ['runtimeConfig', 'ips', index], text }
  })
  return [...inArgs, ...inRuntimeConfig]
}

function readRangeSets(config: Keys, call: Call): readonly RangeSet[] {
  const { ipam, runtimeConfig, capabilities } = config
  const only: ConfiguredRange = { ...ipam, path: ['ipam'] }
  const configured = [
    ...placed(runtimeConfig.ipRanges, ['runtimeConfig', 'ipRanges']),
    // Without `subnet` the other keys beside it have no meaning, as in the reference plugin.
    ...(only.subnet === undefined ? [] : [{ path: ['ipam'], ranges: [only] }]),
    ...placed(ipam.ranges, ['ipam', 'ranges']),
  ]
  // Runtimes fill in capabilities for other commands only (SPEC 1.1.0 "STATUS").
  const isPromised = call.command === 'STATUS' && capabilities.ipRanges
  if (configured.length === 0 && !isPromised) {
    throw new ConfigError(['ipam', 'ranges'], 'at least one range set, or ipam.subnet', 'nothing')
  }
  const sets = configured.map(completeRangeSet)
  const families = sets.flatMap(([range]) => (range === undefined ? [] : [range.first.family]))
  requireRoom({ families, path: ['ipam', 'ranges'], version: call.network.cniVersion })
  requireDisjoint(sets.flat())
  return sets
}

function placed(lists: RangeLists, path: ConfigPath): readonly ConfiguredSet[] {
  return lists.map((list, index) => ({
    path: [...path, index],
    ranges: list.map((range, position) => ({ ...range, path: [...path, index, position] })),
  }))
}
