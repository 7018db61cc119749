/** Addresses and numbers as bytes in network order. */

import { hexOf } from '#base/bytes.ts'
import { IpAddress } from '#ip/address.ts'
import { type Mac, parseMac } from '#ip/mac.ts'

/** How many bytes an IPv4 address has. */
export const ipv4Length = 4
/** How many bytes an IPv6 address has. */
export const ipv6Length = 16
/** `ETH_ALEN` of `<linux/if_ether.h>`. */
export const macLength = 6

/** `0.0.0.0` */
export const anyIpv4: IpAddress = new IpAddress(4, 0n)
/** `255.255.255.255` */
export const broadcastIpv4: IpAddress = new IpAddress(4, 0xffffffffn)

/** Whether one machine can have it: not `0.0.0.0/8`, not `127.0.0.0/8`, nothing from `224.0.0.0` on. */
export function isHostAddress({ value }: IpAddress): boolean {
  const first = Number(value >> 24n)
  return first > 0 && first < 224 && first !== 127
}

/**
 * Whether one machine can have it beyond its link: nothing of `::/8`, which has the loopback and the
 * forms of IPv4 addresses, not `fe80::/10`, not `ff00::/8` (RFC 4291 §2.4).
 */
export function isHostIpv6({ value }: IpAddress): boolean {
  const first = Number(value >> 120n)
  return first > 0 && first < 0xff && value >> 118n !== 0x3fan
}

/** The four bytes from `offset` on, which have to be there. */
export function readIpv4(bytes: Uint8Array, offset = 0): IpAddress {
  return new IpAddress(4, BigInt(viewOf(bytes).getUint32(offset)))
}

/** The sixteen bytes from `offset` on, which have to be there. */
export function readIpv6(bytes: Uint8Array, offset = 0): IpAddress {
  const view = viewOf(bytes)
  return new IpAddress(6, (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8))
}

/** The six bytes from `offset` on, which have to be there. */
export function readMac(bytes: Uint8Array, offset = 0): Mac {
  const octets = bytes.subarray(offset, offset + macLength)
  return parseMac(hexOf(octets, ':'))
}

export function ipv4Bytes({ value }: IpAddress): Uint8Array {
  return uint32Bytes(Number(value))
}

export function ipv6Bytes({ value }: IpAddress): Uint8Array {
  const bytes = new Uint8Array(ipv6Length)
  const view = viewOf(bytes)
  view.setBigUint64(0, value >> 64n)
  view.setBigUint64(8, BigInt.asUintN(64, value))
  return bytes
}

export function macBytes(mac: Mac): Uint8Array {
  return Uint8Array.from(mac.split(':'), (octet) => Number.parseInt(octet, 16))
}

export function uint16Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value)
}

export function uint32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
