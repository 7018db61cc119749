/** What a node writes down of an attachment, so that it can give its addresses back later. */

import type { IpAddress } from '#ip/address.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { poolKeySchema, toPoolKeyEntry } from '#ipam/whereabouts/pool/pool-key.ts'
import { ipAddress, listOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema } from '#schema/schema.ts'

export interface AttachmentRecord {
  readonly containerId: string
  readonly ifName: string
  /** The name of the CNI network. */
  readonly network: string
  readonly podRef: string
  /** Which datastore, as `identify` has it. */
  readonly datastore: string
  readonly pools: readonly PoolKey[]
  /** The network name of its reservations; absent where there are none to give back. */
  readonly reservations?: { readonly networkName?: string }
  /** How long what is given back stays nobody's, in milliseconds. */
  readonly reuseDelayMs: number
  /** What it has; none as long as that has to be found out. */
  readonly addresses: readonly IpAddress[]
}

/** @throws ConfigError */
export function parseRecord(content: string): AttachmentRecord {
  return readConfig(recordKeys, JSON.parse(content))
}

export function formatRecord({ pools, addresses, ...record }: AttachmentRecord): string {
  const texts = { addresses: addresses.map(String) }
  return `${JSON.stringify({ ...record, pools: pools.map(toPoolKeyEntry), ...texts })}\n`
}

const recordKeys: Schema<AttachmentRecord> = fields({
  containerId: text(),
  ifName: text(),
  network: text(),
  podRef: text(),
  datastore: text(),
  pools: listOf(poolKeySchema),
  reservations: optional(fields({ networkName: optional(text()) })),
  reuseDelayMs: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  addresses: listOf(ipAddress()),
})
