/** IP addresses as values. */

import { describeFound } from '#base/config-error.ts'
import { findIpv4, formatIpv4 } from './ipv4-text.ts'
import { findIpv6, formatIpv6, isIpv4Mapped } from './ipv6-text.ts'

export type IpFamily = 4 | 6

/** An IPv4 or IPv6 address; text of an IPv4-mapped IPv6 address means the IPv4 address it maps. */
export class IpAddress {
  readonly family: IpFamily
  /** The address as an unsigned integer of `addressBits(family)` bits. */
  readonly value: bigint

  constructor(family: IpFamily, value: bigint) {
    this.family = family
    this.value = value
  }

  equals(other: IpAddress): boolean {
    return this.family === other.family && this.value === other.value
  }

  /** The canonical text: dotted, or RFC 5952. */
  toString(): string {
    return formatIpAddress(this)
  }
}

/** 32 or 128. */
export function addressBits(family: IpFamily): number {
  return family === 4 ? 32 : 128
}

/** The address a text means, or nothing; for the accepted forms see `parseIpAddress`. */
export function findIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const value = findIpv4(text)
    return value === undefined ? undefined : new IpAddress(4, value)
  }
  const value = findIpv6(text)
  if (value === undefined) return undefined
  return isIpv4Mapped(value) ? new IpAddress(4, value & 0xffffffffn) : new IpAddress(6, value)
}

/**
 * Accepts four decimal octets without leading zeros, and RFC 4291 §2.2 text without a zone. An
 * IPv4-mapped IPv6 address gives the IPv4 address.
 *
 * @throws SyntaxError quoting the text
 */
export function parseIpAddress(text: string): IpAddress {
  const address = findIpAddress(text)
  if (address === undefined) throw new SyntaxError(`invalid IP address ${describeFound(text)}`)
  return address
}

/** Dotted, or RFC 5952. */
export function formatIpAddress(address: IpAddress): string {
  return address.family === 4 ? formatIpv4(address.value) : formatIpv6(address.value)
}

/** Orders IPv4 before IPv6, then by value: negative, zero or positive, as `Array.sort` wants it. */
export function compareIpAddresses(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.value === b.value) return 0
  return a.value < b.value ? -1 : 1
}

/**
 * The address `offset` places further; a negative offset goes back.
 *
 * @throws RangeError when the family has no such address
 */
export function offsetIpAddress(address: IpAddress, offset: bigint): IpAddress {
  const value = address.value + offset
  // What remains is 0 exactly for the family's addresses; of a negative number it is -1 at most.
  if (value >> BigInt(addressBits(address.family)) !== 0n) {
    throw new RangeError(`no IPv${address.family} address ${offset} places from ${address}`)
  }
  return new IpAddress(address.family, value)
}

/** The address after this one. @throws RangeError after the last of the family */
export function nextIpAddress(address: IpAddress): IpAddress {
  return offsetIpAddress(address, 1n)
}
