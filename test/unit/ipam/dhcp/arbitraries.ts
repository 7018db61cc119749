/** Arbitrary DHCP messages for property tests, and what tests of bytes need. */

import fc from 'fast-check'
import { expect } from 'vitest'
import { IpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'

export const anyIpv4: fc.Arbitrary<IpAddress> = fc
  .bigInt({ min: 0n, max: 0xffffffffn })
  .map((value) => new IpAddress(4, value))

const anyCode = fc.integer({ min: 1, max: 254 }).filter((code) => code !== optionCodes.overload)

/** Few enough to fit into a message. */
const anyOptions: fc.Arbitrary<DhcpOptions> = fc
  .array(fc.tuple(anyCode, fc.uint8Array({ maxLength: 300 })), { maxLength: 4 })
  .map((pairs) => new Map(pairs))

export const anyMessage: fc.Arbitrary<DhcpMessage> = fc.record({
  sender: fc.constantFrom('client', 'server'),
  transaction: fc.nat(0xffffffff),
  seconds: fc.nat(0xffff),
  wantsBroadcast: fc.boolean(),
  clientAddress: anyIpv4,
  yourAddress: anyIpv4,
  nextServer: anyIpv4,
  relay: anyIpv4,
  mac: fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) =>
    parseMac(
      Buffer.from(bytes)
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
    ),
  ),
  options: anyOptions,
})

/** Bytes like these, with a few overwritten, or some cut off at the end. */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(bytes.length - 1)
  return fc
    .tuple(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 6 }), fc.nat(bytes.length))
    .map(([changes, length]) => {
      const copy = bytes.slice(0, length)
      for (const [offset, byte] of changes) if (offset < length) copy[offset] = byte
      return copy
    })
}

/** Options from the text of a dump: `optionsOf({ 3: '0a dc 00 01' })`. */
export function optionsOf(values: Readonly<Record<number, string>>): DhcpOptions {
  return new Map(Object.entries(values).map(([code, hex]) => [Number(code), bytesOf(hex)]))
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

/** A decoder may refuse, in the one way that there is. */
export function expectRefusalOnly(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError)
  }
}
