/** A lease as it is kept on disk, so that no daemon that ends takes it along. */

import { hexOf } from '#base/bytes.ts'
import { ConfigError } from '#base/config-error.ts'
import type { Mac } from '#ip/mac.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseTimes } from '#ipam/dhcp/lease/lease-times.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { flag, ipAddress, ipPrefix, mac, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import { dhcpOptions, hexBytes, milliseconds, optionsToJson } from './fields.ts'
import { type LeaseOrder, leaseOrder, orderToJson } from './lease-order.ts'

/** The file of a network namespace; while it exists no other has both numbers. */
export interface NamespaceId {
  readonly device: number
  readonly inode: number
}

/** The link that a lease is for, as it was when the lease was asked for. */
export interface LeasePlace {
  readonly sandbox: NamespaceId
  readonly mac: Mac
  /** The link of the host that its packets take, by its index there. */
  readonly lower?: number
}

/** All that is known of a lease. */
export interface LeaseRecord {
  /** Of the boot on whose monotonic clock the lease's moments are: `random/boot_id` of proc(5). */
  readonly bootId: string
  readonly order: LeaseOrder
  readonly place: LeasePlace
  /** Absent when no such address is wanted, or it was lost and there is no other yet. */
  readonly lease?: Lease
  readonly lease6?: Lease6
  /** Whether nobody needs the address any more, and the server is still to be told. */
  readonly isOwed: boolean
}

/** Written into every file, so that later versions know what they read. */
const formatVersion = 1
const maxUint16 = 0xffff
const maxInode = Number.MAX_SAFE_INTEGER

const times: Schema<LeaseTimes> = fields({
  renewalMs: milliseconds(),
  rebindingMs: milliseconds(),
  leaseMs: milliseconds(),
})

const lease: Schema<Lease> = fields({
  address: ipPrefix(),
  server: optional(ipAddress()),
  serverMac: optional(mac()),
  times: optional(times),
  sinceMs: milliseconds(),
  options: dhcpOptions(),
})

const lease6: Schema<Lease6> = fields({
  address: ipPrefix(),
  server: hexBytes(),
  serverAddress: ipAddress(),
  times: fields({
    renewalMs: optional(milliseconds()),
    rebindingMs: optional(milliseconds()),
    preferredMs: optional(milliseconds()),
    validMs: optional(milliseconds()),
  }),
  sinceMs: milliseconds(),
  options: dhcpOptions(maxUint16),
})

const place: Schema<LeasePlace> = fields({
  sandbox: fields({ device: wholeNumber(0, maxInode), inode: wholeNumber(0, maxInode) }),
  mac: mac(),
  lower: optional(wholeNumber(1, 2 ** 31 - 1)),
})

const record = fields({
  version: wholeNumber(formatVersion, formatVersion),
  bootId: text(),
  order: leaseOrder,
  place,
  lease: optional(lease),
  lease6: optional(lease6),
  isOwed: withDefault(flag(), false),
})

/** @throws ConfigError saying what is wrong with the file's content */
export function decodeRecord(content: string): LeaseRecord {
  const { version: _, ...rest } = readConfig(record, parse(content))
  return rest
}

export function encodeRecord(kept: LeaseRecord): string {
  const json = {
    version: formatVersion,
    ...kept,
    order: orderToJson(kept.order),
    ...(kept.lease && { lease: leaseToJson(kept.lease) }),
    ...(kept.lease6 && { lease6: lease6ToJson(kept.lease6) }),
  }
  return `${JSON.stringify(json)}\n`
}

function leaseToJson(held: Lease): object {
  const { address, server, options } = held
  const texts = { address: `${address}`, ...(server && { server: `${server}` }) }
  return { ...held, ...texts, options: optionsToJson(options) }
}

function lease6ToJson(held: Lease6): object {
  const { address, server, serverAddress, options } = held
  const texts = { address: `${address}`, server: hexOf(server), serverAddress: `${serverAddress}` }
  return { ...held, ...texts, options: optionsToJson(options) }
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    throw new ConfigError([], 'JSON', content === '' ? 'nothing' : 'something else')
  }
}
