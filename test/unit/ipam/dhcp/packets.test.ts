import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { contests, decodeArp, encodeArpProbe } from '#ipam/dhcp/packet/arp.ts'
import { internetChecksum } from '#ipam/dhcp/packet/checksum.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import type { UdpPacket } from '#ipam/dhcp/packet/udp-datagram.ts'
import { decodeUdpPacket, encodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { recordedFrame, recordedFrames } from '#test/lab/recorded-frames.ts'
import { anyIpv4, bytesOf, damaged, expectRefusalOnly } from './arbitraries.ts'

const toServer = { port: 67, isChecksumPending: false }
const toClient = { port: 68, isChecksumPending: false }
const pending = { port: 68, isChecksumPending: true }
const discover = recordedFrame('lease', 'DHCPDISCOVER').payload
const offer = recordedFrame('lease', 'DHCPOFFER').payload

/** The packet with some bytes overwritten, and its IP checksum right again. */
function changed(packet: Uint8Array, ...changes: readonly [offset: number, byte: number][]) {
  const copy = packet.slice()
  for (const [offset, byte] of [...changes, [10, 0], [11, 0]] as const) copy[offset] = byte
  let sum = 0
  for (let offset = 0; offset < 20; offset += 2) {
    sum += ((copy[offset] ?? 0) << 8) | (copy[offset + 1] ?? 0)
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  copy.set([(~sum >>> 8) & 255, ~sum & 255], 10)
  return copy
}

test.each([
  ['', 0xffff],
  ['0001f203f4f5f6f7', 0x220d],
  ['ff', 0x00ff],
  ['ffff ffff 0001', 0xfffe],
])('the checksum of %j is that of RFC 1071', (hex, checksum) => {
  expect(internetChecksum(bytesOf(hex))).toBe(checksum)
})

describe('a UDP packet', () => {
  test('has the bytes that udhcpc sends', () => {
    const broadcasts = recordedFrames('lease').filter(
      ({ title, isChecksumPending }) => title !== 'ARP probe' && !isChecksumPending,
    )
    for (const { payload } of broadcasts.slice(0, 2)) {
      expect(encodeUdpPacket(decodeUdpPacket(payload, toServer))).toEqual(payload)
    }
  })

  test('tells who sends what to whom', () => {
    const { payload, ...header } = decodeUdpPacket(discover, toServer)
    expect(header).toEqual({
      source: parseIpAddress('0.0.0.0'),
      sourcePort: 68,
      destination: parseIpAddress('255.255.255.255'),
      destinationPort: 67,
    })
    expect(payload).toEqual(discover.subarray(28))
  })

  test('comes back as it was', () => {
    const anyPacket: fc.Arbitrary<UdpPacket> = fc.record({
      source: anyIpv4,
      sourcePort: fc.nat(0xffff),
      destination: anyIpv4,
      destinationPort: fc.constant(68),
      payload: fc.uint8Array({ maxLength: 1500 }),
    })
    fc.assert(
      fc.property(anyPacket, fc.uint8Array({ maxLength: 40 }), (packet, padding) => {
        const bytes = encodeUdpPacket(packet)
        expect(decodeUdpPacket(bytes, toClient)).toEqual(packet)
        const padded = Uint8Array.of(...bytes, ...padding)
        expect(decodeUdpPacket(padded, toClient)).toEqual(packet)
      }),
    )
  })

  test('never says that it has no checksum', () => {
    // Of these 65,536 payloads one has the sum 0, which is written as all ones.
    const [source, destination] = ['10.0.0.1', '10.0.0.2'].map(parseIpAddress)
    if (source === undefined || destination === undefined) throw new Error('unreachable')
    const checksums = new Set<number>()
    for (let word = 0; word < 0x10000; word += 1) {
      const payload = Uint8Array.of(word >>> 8, word)
      const bytes = encodeUdpPacket({
        source,
        destination,
        sourcePort: 67,
        destinationPort: 68,
        payload,
      })
      checksums.add(((bytes[26] ?? 0) << 8) | (bytes[27] ?? 0))
    }
    expect([checksums.has(0), checksums.has(0xffff)]).toEqual([false, true])
  })

  test('passes with a checksum that hardware was to fill in, if the kernel says so', () => {
    expect(() => decodeUdpPacket(offer, toClient)).toThrow('the UDP checksum does not match')
    expect(decodeUdpPacket(offer, pending).payload).toHaveLength(358)
  })

  test('passes without a checksum', () => {
    const bytes = changed(offer, [26, 0], [27, 0])
    expect(decodeUdpPacket(bytes, toClient).payload).toHaveLength(358)
  })

  test('may have IP options', () => {
    const header = Uint8Array.of(...offer.subarray(0, 20), 1, 1, 1, 1)
    const bytes = changed(Uint8Array.of(...header, ...offer.subarray(20)), [0, 0x46], [3, 0x86])
    // The options are in the header's sum too.
    const sum = ((bytes[10] ?? 0) << 8) + (bytes[11] ?? 0) - 0x0202
    bytes.set([(sum >>> 8) & 255, sum & 255], 10)
    expect(decodeUdpPacket(bytes, pending).payload).toHaveLength(358)
  })

  test.each([
    ['is empty', new Uint8Array(), '0 bytes are no IPv4 header'],
    ['is cut in its header', offer.subarray(0, 19), '19 bytes are no IPv4 header'],
    ['is cut later', offer.subarray(0, 385), '385 bytes of 386'],
    ['is of IPv6', changed(offer, [0, 0x65]), 'IP version 6'],
    [
      'has too short a header',
      changed(offer, [0, 0x44]),
      'a header of 16 bytes in a packet of 386',
    ],
    [
      'is all header',
      changed(offer, [0, 0x4f], [2, 0], [3, 64]),
      'a header of 60 bytes in a packet of 64',
    ],
    ['is of TCP', changed(offer, [9, 6]), 'IP protocol 6'],
    ['is the first of fragments', changed(offer, [6, 0x20]), 'a fragment'],
    ['is the last of fragments', changed(offer, [7, 1]), 'a fragment'],
    [
      'has a damaged header',
      Uint8Array.of(...offer.subarray(0, 8), 63, ...offer.subarray(9)),
      'the IP checksum does not match',
    ],
    ['is for another port', changed(offer, [23, 69]), 'for port 69'],
    ['has too large a UDP length', changed(offer, [24, 2]), 'a UDP length of 622 in 366 bytes'],
    [
      'has a UDP length that reaches into padding',
      Uint8Array.of(...changed(offer, [25, 0x6f]), 0),
      'a UDP length of 367 in 366 bytes',
    ],
    [
      'has too small a UDP length',
      changed(offer, [24, 0], [25, 7]),
      'a UDP length of 7 in 366 bytes',
    ],
  ])('is refused when it %s', (_, bytes, reason) => {
    expect(() => decodeUdpPacket(bytes, pending)).toThrow(new PacketError('UDP packet', reason))
  })

  test('is refused when its content is damaged', () => {
    const bytes = discover.slice()
    bytes[100] = 1
    expect(() => decodeUdpPacket(bytes, toServer)).toThrow('the UDP checksum does not match')
  })

  test('may be anything without harm', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 2000 }), damaged(offer), damaged(discover))
    fc.assert(
      fc.property(anyBytes, fc.boolean(), (bytes, isChecksumPending) => {
        expectRefusalOnly(() => decodeUdpPacket(bytes, { port: 68, isChecksumPending }))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an ARP packet', () => {
  const mac = parseMac('02:00:00:00:00:21')
  const address = parseIpAddress('10.220.0.126')
  const recorded = recordedFrame('lease', 'ARP probe').payload

  test('that asks has the bytes that udhcpc sends, but for the target, which does not count', () => {
    const expected = recorded.slice(0, 28)
    expected.fill(0, 18, 24)
    expect(encodeArpProbe({ mac, address })).toEqual(expected)
  })

  test('tells who asks for whom', () => {
    expect(decodeArp(recorded)).toEqual({
      operation: 'request',
      senderMac: mac,
      senderAddress: parseIpAddress('0.0.0.0'),
      targetAddress: address,
    })
  })

  test.each([
    ['a reply of the address', '0002 020000000099 0adc007e 020000000021 00000000'],
    ['a request from the address', '0001 020000000099 0adc007e 000000000000 0adc0001'],
    ["another's probe for the address", '0001 020000000099 00000000 000000000000 0adc007e'],
  ])('contests the address as %s', (_, hex) => {
    expect(contests(decodeArp(bytesOf(`0001 0800 06 04 ${hex}`)), { mac, address })).toBe(true)
  })

  test.each([
    ['a request for the address', '0001 020000000099 0adc0001 000000000000 0adc007e'],
    ['a reply of another address', '0002 020000000099 0adc007f 020000000021 00000000'],
    ['a probe for another address', '0001 020000000099 00000000 000000000000 0adc007f'],
    ['a reply about nothing', '0002 020000000099 00000000 000000000000 0adc007e'],
    ['our own probe', '0001 020000000021 00000000 000000000000 0adc007e'],
    ['our own announcement', '0001 020000000021 0adc007e 000000000000 0adc007e'],
  ])('does not contest the address as %s', (_, hex) => {
    expect(contests(decodeArp(bytesOf(`0001 0800 06 04 ${hex}`)), { mac, address })).toBe(false)
  })

  test.each([
    ['too short', recorded.subarray(0, 27), '27 bytes'],
    ['of another network', Uint8Array.of(0, 6, ...recorded.subarray(2)), 'not of IPv4 on Ethernet'],
    [
      'of another kind',
      Uint8Array.of(...recorded.subarray(0, 7), 3, ...recorded.subarray(8)),
      'operation 3',
    ],
  ])('is refused when it is %s', (_, bytes, reason) => {
    expect(() => decodeArp(bytes)).toThrow(new PacketError('ARP packet', reason))
  })

  test('may be anything without harm', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged(recorded))
    fc.assert(fc.property(anyBytes, (bytes) => expectRefusalOnly(() => decodeArp(bytes))))
  })
})
