import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { decodeUdp6Packet, encodeUdp6Packet } from '#ipam/dhcp/v6/packet/udp-packet.ts'
import { recordedFrame } from '#test/lab/recorded-frames.ts'
import { bytesOf, damaged, expectRefusalOnly } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { anyIpv6 } from './arbitraries.ts'

const complete = { port: 547, isChecksumPending: false }
const solicit = recordedFrame('lease6', 'SOLICIT').payload

describe('a UDP packet', () => {
  // tcpdump -vv calls this checksum correct.
  const layout = [
    '60000000 000c 11 01',
    'fe800000 00000000 000000ff fe000021',
    'ff020000 00000000 00000000 00010002',
    '0222 0223 000c fae3',
    '01020304',
  ]
  const packet = {
    source: parseIpAddress('fe80::ff:fe00:21'),
    sourcePort: 546,
    destination: parseIpAddress('ff02::1:2'),
    destinationPort: 547,
    payload: Uint8Array.of(1, 2, 3, 4),
  }

  test('has the layout of RFC 8200 and RFC 768', () => {
    expect(encodeUdp6Packet(packet)).toEqual(bytesOf(layout.join(' ')))
  })

  test('is what dhclient has sent', () => {
    const { payload, ...header } = decodeUdp6Packet(solicit, {
      ...complete,
      isChecksumPending: true,
    })
    expect({ ...packet, payload }).toEqual({ ...header, payload })
    expect(payload).toHaveLength(52)
  })

  test('comes back as it was, without padding', () => {
    const anyPort = fc.nat(0xffff)
    const anyPayload = fc.uint8Array({ maxLength: 200 })
    const anyPacket = fc.record({
      source: anyIpv6,
      sourcePort: anyPort,
      destination: anyIpv6,
      destinationPort: anyPort,
      payload: anyPayload,
    })
    fc.assert(
      fc.property(anyPacket, fc.nat(20), (each, padding) => {
        const bytes = Uint8Array.of(...encodeUdp6Packet(each), ...new Uint8Array(padding))
        const reception = { port: each.destinationPort, isChecksumPending: false }
        expect(decodeUdp6Packet(bytes, reception)).toEqual(each)
      }),
    )
  })

  const good = encodeUdp6Packet(packet)
  test.each([
    ['too short', good.subarray(0, 39), '39 bytes are no IPv6 header'],
    ['of IPv4', overwritten(0, 0x45), 'IP version 4'],
    ['of TCP', overwritten(6, 6), 'next header 6'],
    ['a fragment', overwritten(6, 44), 'next header 44'],
    ['cut', good.subarray(0, 51), '51 bytes of 52'],
    ['without a UDP header', overwritten(5, 7), '7 bytes are no UDP header'],
    ['for another port', overwritten(43, 0x22), 'for port 546'],
    ['longer inside than outside', overwritten(45, 13), 'a UDP length of 13 in 12 bytes'],
    ['shorter than its header', overwritten(45, 7), 'a UDP length of 7 in 12 bytes'],
    ['of another sender', overwritten(23, 0x22), 'the UDP checksum does not match'],
    ['of another content', overwritten(50, 9), 'the UDP checksum does not match'],
    ['without a checksum', overwritten(46, 0, 0), 'no UDP checksum'],
  ])('is refused when it is %s', (_, bytes, reason) => {
    expect(() => decodeUdp6Packet(bytes, complete)).toThrow(new PacketError('UDP packet', reason))
  })

  test('may have any checksum as long as that is pending', () => {
    const pending = { ...complete, isChecksumPending: true }
    for (const bytes of [overwritten(46, 0, 0), overwritten(46, 1, 2)]) {
      expect(decodeUdp6Packet(bytes, pending)).toEqual(packet)
    }
  })

  function overwritten(offset: number, ...values: number[]): Uint8Array {
    const copy = good.slice()
    copy.set(values, offset)
    return copy
  }

  test('may be anything without harm', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged(good), damaged(solicit))
    fc.assert(
      fc.property(anyBytes, fc.boolean(), (bytes, isChecksumPending) => {
        expectRefusalOnly(() => decodeUdp6Packet(bytes, { port: 547, isChecksumPending }))
      }),
      { numRuns: 1000 },
    )
  })
})
