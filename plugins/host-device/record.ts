/** What is written down of a device that a container has, so that it can be made what it was. */

import type { Attachment } from '#cni/network-config.ts'
import type { Link } from '#kernel/link.ts'
import {
  flag,
  interfaceName,
  ipAddress,
  ipPrefix,
  listOf,
  mac,
  text,
  wholeNumber,
} from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema } from '#schema/schema.ts'
import type { DeviceState } from './device-state.ts'

/** A device, and who has it. */
export interface DeviceRecord extends Attachment {
  /** Its name on the host, which is its alias for as long as it is not quite back. */
  readonly device: string
  /** What the configuration called it; see `Choice`. */
  readonly chosenBy: string
  readonly network: string
  /** The path of the sandbox. */
  readonly netns: string
  /** The kind of link; absent for hardware. */
  readonly kind?: string
  readonly state: DeviceState
}

const largestUint32 = 0xffffffff
const largestUint8 = 255

const addressSchema = fields({
  prefix: ipPrefix(),
  broadcast: optional(ipAddress()),
  scope: wholeNumber(0, largestUint8),
})
const stateSchema = fields({
  isUp: flag(),
  mtu: wholeNumber(0, largestUint32),
  mac: optional(mac()),
  alias: optional(text()),
  controller: optional(text()),
  addresses: listOf(addressSchema),
})
const recordSchema: Schema<DeviceRecord> = fields({
  device: interfaceName(),
  chosenBy: text(),
  network: text(),
  containerId: text(),
  ifName: interfaceName(),
  netns: text(),
  kind: optional(text()),
  state: stateSchema,
})

/** @throws Error when the text makes no sense */
export function parseRecord(text: string): DeviceRecord {
  return readConfig(recordSchema, JSON.parse(text))
}

export function formatRecord(record: DeviceRecord): string {
  const addresses = record.state.addresses.map(({ prefix, broadcast, scope }) => {
    return { prefix: `${prefix}`, broadcast: broadcast?.toString(), scope }
  })
  return `${JSON.stringify({ ...record, state: { ...record.state, addresses } }, null, 2)}\n`
}

/** Who has the device, as a phrase. */
export function describeHolder({ containerId, ifName }: Attachment): string {
  return `container ${containerId} has it as ${ifName}`
}

/** Whether a link is the device of a record, not yet quite back on the host. */
export function isMarked(
  link: Link,
  { device, kind }: Pick<DeviceRecord, 'device' | 'kind'>,
): boolean {
  return link.alias === device && link.kind === kind
}
