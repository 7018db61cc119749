/** The keys of a configuration that whereabouts reads. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { ConfigError, describeFound } from '#base/config-error.ts'
import type { Call } from '#cni/call.ts'
import { readCniArgs } from '#cni/cni-args.ts'
import { requireRoom } from '#cni/family-room.ts'
import { type Dns, noDns, type ResultIp, type ResultRoute } from '#cni/result.ts'
import { decodeRoute } from '#cni/result-parts.ts'
import { readConfiguredAddress } from '#cni/static-addresses.ts'
import type { IpAddress } from '#ip/address.ts'
import { listOf, text } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import type { LogSettings } from './call-log.ts'
import type { AddressRange } from './ranges/address-range.ts'
import { type ConfiguredRange, completeRange } from './ranges/ranges.ts'
import { assignRequests } from './ranges/requests.ts'
import type { SliceSettings } from './ranges/resolve-ranges.ts'
import { absolutePath } from './settings/absolute-path.ts'
import { readDatastoreSettings } from './settings/datastore-settings.ts'
import { completeKeys } from './settings/flat-file.ts'
import { type IpamKeys, ipamKeys, type LogLevel } from './settings/ipam-keys.ts'
import { readNodeName } from './settings/node-name.ts'
import type { DatastoreSettings } from './settings/settings.ts'

/** What every command needs; whatever else is wrong with a configuration keeps nobody from freeing. */
export interface PlaceConfig {
  readonly datastore: DatastoreSettings
  /** The folder of the file datastore, and of what this node knows of its own attachments. */
  readonly dataDir: string
  readonly networkName?: string
  /** Whether an address is given once in all ranges of the same network name. */
  readonly looksAfterOverlap: boolean
  readonly reuseDelayMs: number
  /** Absent where nothing is to be logged. */
  readonly log?: LogSettings
  /** Where ranges are given in slices. */
  readonly slices?: SliceSettings
  /** The ranges, of which it gives an address each. @throws ConfigError */
  readonly readRanges: () => readonly AddressRange[]
}

/** What an ADD has to know. */
export interface AllocationConfig extends PlaceConfig {
  /** The pod, `namespace/name`; outside of Kubernetes the container. */
  readonly podRef: string
  readonly ranges: readonly AddressRange[]
  /** For each range the address it has to give, if any. */
  readonly wanted: readonly (IpAddress | undefined)[]
  /** Addresses that are in no pool. */
  readonly fixed: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
  readonly dns: Dns
}

const requestList = withDefault(fields({ ips: withDefault(listOf(text()), []) }), { ips: [] })

/** The schema of every key. */
export const whereaboutsKeys: Schema<Keys> = fields({
  ipam: withDefault(ipamKeys, {}),
  args: withDefault(fields({ cni: requestList }), { cni: { ips: [] } }),
  runtimeConfig: requestList,
})

interface Keys {
  readonly ipam: IpamKeys
  readonly args: { readonly cni: { readonly ips: readonly string[] } }
  readonly runtimeConfig: { readonly ips: readonly string[] }
}

const knownArguments = [
  'IP',
  'GATEWAY',
  'K8S_POD_NAME',
  'K8S_POD_NAMESPACE',
  'K8S_POD_INFRA_CONTAINER_ID',
]

/** @throws ConfigError, CniError, SystemError */
export async function readPlaceConfig(call: Call): Promise<PlaceConfig> {
  return await placeOf(call, await readKeys(call))
}

/** @throws ConfigError, CniError, SystemError */
export async function readAllocationConfig(call: Call): Promise<AllocationConfig> {
  const keys = await readKeys(call)
  const { ipam } = keys
  const place = await placeOf(call, keys)
  const ranges = place.readRanges()
  const pairs = readCniArgs(call.args, knownArguments)
  const { wanted, beside } = assignRequests(ranges, {
    arguments: pairs,
    inArgs: keys.args.cni.ips,
    inRuntimeConfig: keys.runtimeConfig.ips,
  })
  const configured = (ipam.addresses ?? []).map((entry, index) =>
    readConfiguredAddress(entry, ['ipam', 'addresses', index]),
  )
  const fixed = [...configured, ...beside]
  requireRoomFor(call, ranges, fixed)
  const routes = (ipam.routes ?? []).map(decodeRoute)
  return {
    ...place,
    ranges,
    podRef: podRefOf(call, place, pairs),
    wanted,
    fixed,
    routes,
    dns: ipam.dns ?? noDns,
  }
}

async function readKeys({ rawConfig, host }: Call): Promise<Keys> {
  const keys = readConfig(whereaboutsKeys, rawConfig)
  return { ...keys, ipam: await completeKeys(keys.ipam, host.files) }
}

const defaultDataDir = '/var/lib/cni/whereabouts'

async function placeOf(call: Call, { ipam }: Keys): Promise<PlaceConfig> {
  const dataDir = absolutePath(ipam.dataDir ?? defaultDataDir, ['ipam', 'dataDir'])
  const networkName = readNetworkName(ipam)
  const datastore = readDatastoreSettings(ipam)
  const slices = ipam.node_slice_size === undefined ? undefined : await readSlices(call, ipam)
  return {
    datastore,
    dataDir: dataDir.replace(/\/+$/, ''),
    ...(networkName !== undefined && { networkName }),
    looksAfterOverlap: ipam.enable_overlapping_ranges ?? true,
    reuseDelayMs: (ipam.reuse_delay ?? 0) * 1_000,
    ...(ipam.log_file !== undefined && { log: readLog(ipam.log_file, ipam.log_level) }),
    ...(slices && { slices }),
    readRanges: () => readRanges(ipam),
  }
}

/** A machine that is alone has no nodes to share a range with. */
async function readSlices({ network, host }: Call, ipam: IpamKeys): Promise<SliceSettings> {
  if (readDatastoreSettings(ipam).kind === 'file') {
    const expected = 'a datastore that nodes share, kubernetes or etcd, with ipam.node_slice_size'
    throw new ConfigError(['ipam', 'datastore'], expected, describeFound('file'))
  }
  const node = await readNodeName(host, ipam.configuration_path)
  return { network: ipam.network_name ?? network.name, node }
}

/** As with the original, all of it unless less is asked for. */
function readLog(path: string, level: LogLevel = 'debug'): LogSettings {
  return { path: absolutePath(path, ['ipam', 'log_file']), level }
}

/** RFC 1123, as in names of Kubernetes' objects, of which it becomes a part; and of files. */
const networkNamePattern = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/

function readNetworkName({ network_name: name }: IpamKeys): string | undefined {
  if (name === undefined || networkNamePattern.test(name)) return name
  const expected = 'up to 63 lower-case letters, digits, hyphens and dots'
  throw new ConfigError(['ipam', 'network_name'], expected, describeFound(name))
}

/** All ranges of a network. @throws ConfigError */
export function readRanges(ipam: IpamKeys): readonly AddressRange[] {
  return rangesOf(ipam).map(completeRange)
}

/** The range in `ipam` itself comes first. A gateway is that of the ranges of its family. */
function rangesOf(ipam: IpamKeys): readonly ConfiguredRange[] {
  const { gateway } = ipam
  const shared = gateway === undefined ? {} : { gateway }
  const first = ipam.range === undefined ? [] : [{ ...ipam, path: ['ipam'] }]
  const others = (ipam.ipRanges ?? []).map((keys, index) => {
    return { ...shared, ...keys, path: ['ipam', 'ipRanges', index] }
  })
  return [...first, ...others].map((keys) => ({ ...keys, exclude: keys.exclude ?? [] }))
}

function requireRoomFor(
  { network }: Call,
  ranges: readonly AddressRange[],
  fixed: readonly ResultIp[],
): void {
  const addresses = [...ranges.map(({ subnet }) => subnet), ...fixed.map(({ address }) => address)]
  const families = addresses.map(({ address }) => address.family)
  requireRoom({ families, path: ['ipam'], version: network.cniVersion })
}

/** In a cluster the pod must be known: what names none is taken for left over, and freed. */
function podRefOf(
  call: Call,
  { datastore }: PlaceConfig,
  pairs: ReadonlyMap<string, string>,
): string {
  const name = pairs.get('K8S_POD_NAME') ?? ''
  if (name !== '') return `${pairs.get('K8S_POD_NAMESPACE') ?? ''}/${name}`
  if (datastore.kind !== 'kubernetes') return call.containerId
  const msg = 'CNI_ARGS: expected K8S_POD_NAMESPACE and K8S_POD_NAME, found no K8S_POD_NAME'
  const hint = 'with the datastore kubernetes an address belongs to a pod'
  throw new CniError(cniErrorCodes.invalidEnvironment, msg, hint)
}
