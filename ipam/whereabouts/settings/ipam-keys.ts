/** The keys of `ipam`, which a file for all networks of a node may have as well. */

import type { Dns } from '#cni/result.ts'
import { dnsSchema, optionalText, routeSchema, type WireRoute } from '#cni/result-parts.ts'
import { addressKeys, type ConfiguredAddress } from '#cni/static-addresses.ts'
import type { IpAddress } from '#ip/address.ts'
import { anything, flag, ipAddress, listOf, oneOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'

/** An entry of `ipRanges`, or the range in `ipam` itself. */
export interface WireRange {
  readonly range?: string
  readonly range_start?: IpAddress
  readonly range_end?: IpAddress
  readonly exclude?: readonly string[]
  readonly gateway?: IpAddress
}

export interface IpamKeys extends WireRange {
  readonly ipRanges?: readonly WireRange[]
  readonly routes?: readonly WireRoute[]
  readonly addresses?: readonly ConfiguredAddress[]
  readonly dns?: Dns
  readonly network_name?: string
  readonly enable_overlapping_ranges?: boolean
  readonly node_slice_size?: string
  readonly reuse_delay?: number
  readonly datastore?: 'kubernetes' | 'etcd' | 'file'
  readonly dataDir?: string
  readonly kubernetes?: { readonly kubeconfig?: string }
  readonly etcd_host?: string
  readonly etcd_username?: string
  readonly etcd_password?: string
  readonly etcd_cert_file?: string
  readonly etcd_key_file?: string
  readonly etcd_ca_cert_file?: string
  readonly log_file?: string
  readonly log_level?: LogLevel
  readonly configuration_path?: string
}

export type LogLevel = 'debug' | 'verbose' | 'error' | 'panic'

/** 24 days: what a timer can hold. */
const longestDelaySeconds = 2_147_483

const rangeEntries = {
  range: optionalText(),
  range_start: optional(ipAddress()),
  range_end: optional(ipAddress()),
  exclude: optional(listOf(text())),
  gateway: optional(ipAddress()),
}

/** What the original has for its lock, its tests and its reconciler, and nobody needs here. */
const unused = {
  leader_lease_duration: optional(anything()),
  leader_renew_deadline: optional(anything()),
  leader_retry_period: optional(anything()),
  sleep_for_race: optional(anything()),
  reconciler_cron_expression: optional(anything()),
}

/** The schema of every key of `ipam`. */
export const ipamKeys: Schema<IpamKeys> = fields({
  ...rangeEntries,
  ipRanges: optional(listOf(fields(rangeEntries))),
  routes: optional(listOf(routeSchema)),
  addresses: optional(listOf(addressKeys)),
  dns: optional(dnsSchema),
  network_name: optionalText(),
  enable_overlapping_ranges: optional(flag()),
  node_slice_size: optionalText(),
  reuse_delay: optional(wholeNumber(0, longestDelaySeconds)),
  datastore: optional({ ...oneOf('kubernetes', 'etcd', 'file'), emptyIsAbsent: true }),
  dataDir: optionalText(),
  kubernetes: optional(fields({ kubeconfig: optionalText() })),
  etcd_host: optionalText(),
  etcd_username: optionalText(),
  etcd_password: optionalText(),
  etcd_cert_file: optionalText(),
  etcd_key_file: optionalText(),
  etcd_ca_cert_file: optionalText(),
  log_file: optionalText(),
  log_level: optional({ ...oneOf('debug', 'verbose', 'error', 'panic'), emptyIsAbsent: true }),
  configuration_path: optionalText(),
  ...unused,
})
