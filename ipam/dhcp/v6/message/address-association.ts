/** Addresses that belong together: the options IA_NA and IAADDR, RFC 8415 sections 21.4 and 21.6. */

import type { IpAddress } from '#ip/address.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import {
  concatBytes,
  ipv6Bytes,
  ipv6Length,
  readIpv6,
  uint32Bytes,
  viewOf,
} from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { optionCodes6 } from './option-codes.ts'
import {
  decodeOptionList,
  encodeOptionList,
  type ListedOption,
  listOptions,
  optionMap,
} from './option-list.ts'

/** An IA_NA. Times are seconds, and `infinity` is for ever. */
export interface AddressAssociation {
  /** An unsigned number of 32 bits. */
  readonly iaid: number
  /** T1; 0 leaves it to the client. */
  readonly renewalSeconds: number
  /** T2; 0 leaves it to the client. */
  readonly rebindingSeconds: number
  readonly addresses: readonly AssociatedAddress[]
  /** The others: of several of one code, the first. */
  readonly options: DhcpOptions
}

/** An IAADDR. */
export interface AssociatedAddress {
  readonly address: IpAddress
  /** Seconds until nothing new is to be begun with it. */
  readonly preferredSeconds: number
  /** Seconds until it must not be used any more. */
  readonly validSeconds: number
  readonly options: DhcpOptions
}

/** RFC 8415 §7.7. */
export const infinity = 0xffffffff

const associationHeader = 12
const addressHeader = ipv6Length + 8

/** The value of an option 3. */
export function encodeAssociation(association: AddressAssociation): Uint8Array {
  const { iaid, renewalSeconds, rebindingSeconds, addresses, options } = association
  const numbers = [iaid, renewalSeconds, rebindingSeconds].map(uint32Bytes)
  const given = addresses.map((each) => ({
    code: optionCodes6.address,
    value: encodeAddress(each),
  }))
  return concatBytes([...numbers, encodeOptionList([...given, ...listOptions(options)])])
}

/** @throws PacketError */
export function decodeAssociation(value: Uint8Array): AddressAssociation {
  requireLength('IA_NA', value, associationHeader)
  const view = viewOf(value)
  const list = decodeOptionList(value.subarray(associationHeader))
  return {
    iaid: view.getUint32(0),
    renewalSeconds: view.getUint32(4),
    rebindingSeconds: view.getUint32(8),
    addresses: list.filter(isAddress).map((option) => decodeAddress(option.value)),
    options: optionMap(list.filter((option) => !isAddress(option))),
  }
}

function isAddress({ code }: ListedOption): boolean {
  return code === optionCodes6.address
}

function encodeAddress(given: AssociatedAddress): Uint8Array {
  return concatBytes([
    ipv6Bytes(given.address),
    uint32Bytes(given.preferredSeconds),
    uint32Bytes(given.validSeconds),
    encodeOptionList(listOptions(given.options)),
  ])
}

function decodeAddress(value: Uint8Array): AssociatedAddress {
  requireLength('IAADDR', value, addressHeader)
  const view = viewOf(value)
  return {
    address: readIpv6(value),
    preferredSeconds: view.getUint32(ipv6Length),
    validSeconds: view.getUint32(ipv6Length + 4),
    options: optionMap(decodeOptionList(value.subarray(addressHeader))),
  }
}

function requireLength(name: string, { length }: Uint8Array, least: number): void {
  if (length < least) throw new PacketError('DHCPv6 options', `${name} of ${length} bytes`)
}
