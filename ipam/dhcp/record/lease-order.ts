/** What a daemon is asked to get a lease for, and how. */

import { hexOf } from '#base/bytes.ts'
import { isIdentifier } from '#cni/environment.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { IpFamily } from '#ip/address.ts'
import type { ConflictProbe } from '#ipam/dhcp/client/settings.ts'
import type { AssignmentWishes } from '#ipam/dhcp/lease/assignment.ts'
import type { SentOptions } from '#ipam/dhcp/sent-options.ts'
import { flag, interfaceName, listOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, mismatch, optional, type Schema } from '#schema/schema.ts'
import { dhcpOptions, hexBytes, optionsToJson } from './fields.ts'

/** One attachment of a container to a network, by all its names. */
export interface LeaseKey extends Attachment {
  readonly network: string
}

/** A lease for a link in a sandbox. */
export interface LeaseOrder {
  readonly key: LeaseKey
  /** The path of the sandbox, as the host sees it. */
  readonly netns: string
  /** Which addresses are wanted, each once. */
  readonly families: readonly IpFamily[]
  /** Who a DHCPv6 server is to take the attachment for. */
  readonly duid: Uint8Array
  readonly options: SentOptions
  readonly conflictProbe: ConflictProbe
  readonly wishes: AssignmentWishes
}

/** The key as the reference's daemon writes it, for people. */
export function describeKey({ containerId, network, ifName }: LeaseKey): string {
  return `${containerId}/${network}/${ifName}`
}

const maxUint32 = 2 ** 32 - 1
const maxUint8 = 255

export const leaseKey: Schema<LeaseKey> = fields({
  containerId: identifier(),
  network: identifier(),
  ifName: interfaceName(),
})

export const leaseOrder: Schema<LeaseOrder> = fields({
  key: leaseKey,
  netns: absolutePath(),
  families: listOf(family()),
  duid: hexBytes(),
  options: fields({ provided: dhcpOptions(), requested: listOf(wholeNumber(0, maxUint8)) }),
  conflictProbe: fields({ count: wholeNumber(0, 10), intervalMs: wholeNumber(1, 2000) }),
  wishes: fields({ priority: optional(wholeNumber(0, maxUint32)), addressingOnly: flag() }),
})

/** What `leaseOrder` reads. */
export function orderToJson({ options, duid, ...order }: LeaseOrder): object {
  const texts = { ...options, provided: optionsToJson(options.provided) }
  return { ...order, duid: hexOf(duid), options: texts }
}

function family(): Schema<IpFamily> {
  const number = wholeNumber(4, 6)
  return {
    read: (value, position) => {
      const found = number.read(value, position)
      if (found === 4 || found === 6) return found
      throw mismatch(position, '4 or 6', value)
    },
  }
}

/** SPEC 1.1.0 "Parameters": it becomes a part of paths, too. */
function identifier(): Schema<string> {
  return accepting(isIdentifier, 'an identifier (letters, digits, dots, dashes, underscores)')
}

function absolutePath(): Schema<string> {
  const isAbsolute = (path: string) => path.startsWith('/') && !path.includes('\0')
  return accepting(isAbsolute, 'an absolute path')
}

function accepting(accepts: (value: string) => boolean, expected: string): Schema<string> {
  const any = text()
  return {
    read: (value, position) => {
      const found = any.read(value, position)
      if (!accepts(found)) throw mismatch(position, expected, value)
      return found
    },
  }
}
