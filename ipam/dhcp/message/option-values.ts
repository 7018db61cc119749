/** What the values of options mean. What is malformed counts as absent. */

import type { IpAddress } from '#ip/address.ts'
import { ipv4Length, readIpv4, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { isDomainName } from './domain-names.ts'
import type { DhcpOptions } from './option-area.ts'
import { type MessageType, messageTypes, optionCodes } from './option-codes.ts'

/** The addresses of an option such as 3 or 6; none when it is absent. */
export function listAddresses(options: DhcpOptions, code: number): readonly IpAddress[] {
  const value = options.get(code)
  if (value === undefined || value.length % ipv4Length !== 0) return []
  const count = value.length / ipv4Length
  return Array.from({ length: count }, (_, index) => readIpv4(value, index * ipv4Length))
}

/** The address of an option that has one, such as 54. */
export function findAddress(options: DhcpOptions, code: number): IpAddress | undefined {
  const value = options.get(code)
  return value?.length === ipv4Length ? readIpv4(value) : undefined
}

/** A number of 32 bits, such as option 51. */
export function findUint32(options: DhcpOptions, code: number): number | undefined {
  const value = options.get(code)
  return value?.length === 4 ? viewOf(value).getUint32(0) : undefined
}

/** A number of 16 bits, such as option 26. */
export function findUint16(options: DhcpOptions, code: number): number | undefined {
  const value = options.get(code)
  return value?.length === 2 ? viewOf(value).getUint16(0) : undefined
}

export function findMessageType(options: DhcpOptions): MessageType | undefined {
  const value = options.get(optionCodes.messageType)
  if (value?.length !== 1) return undefined
  const [number] = value
  return typeNames.find((name) => messageTypes[name] === number)
}

const typeNames: readonly MessageType[] = [
  'discover',
  'offer',
  'request',
  'decline',
  'ack',
  'nak',
  'release',
]

/** Option 1 as the length of a prefix, 1 to 32. */
export function findPrefixLength(options: DhcpOptions): number | undefined {
  const mask = findUint32(options, optionCodes.subnetMask)
  if (mask === undefined || mask === 0) return undefined
  const hostBits = ~mask >>> 0
  // Contiguous ones, then zeros: one more than the zeros' mask is a power of two.
  return (hostBits & (hostBits + 1)) === 0 ? Math.clz32(hostBits) : undefined
}

/** Option 15, or nothing when it is no domain name: it ends up in a file that has lines. */
export function findDomain(options: DhcpOptions): string | undefined {
  const text = printable(options.get(optionCodes.domainName))
  return isDomainName(text) ? text : undefined
}

/** Option 56, in which a server says why it refuses. Empty when it does not. */
export function errorText(options: DhcpOptions): string {
  return printable(options.get(optionCodes.message))
}

/** RFC 2132 §2: text is ASCII, and zeros may follow it. Other characters become question marks. */
export function printable(value: Uint8Array = new Uint8Array()): string {
  const characters = Array.from(value, (byte) => String.fromCharCode(byte)).join('')
  return characters.replace(/\0+$/, '').replace(/[^ -~]/g, '?')
}
