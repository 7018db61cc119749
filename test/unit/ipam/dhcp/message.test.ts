import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { type DhcpMessage, decodeMessage, encodeMessage } from '#ipam/dhcp/message/message.ts'
import { decodeOptions, encodeOptions } from '#ipam/dhcp/message/option-area.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { decodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { recordedFrame } from '#test/lab/recorded-frames.ts'
import { anyMessage, bytesOf, damaged, expectRefusalOnly, optionsOf } from './arbitraries.ts'

/** The message in a recorded frame. */
function recordedMessage(name: string, title: string): Uint8Array {
  const { payload } = recordedFrame(name, title)
  const port = title === 'DHCPDISCOVER' || title === 'DHCPREQUEST' ? 67 : 68
  return decodeUdpPacket(payload, { port, isChecksumPending: true }).payload
}

const zeros = (count: number) => '00'.repeat(count)
const anyAddress = parseIpAddress('0.0.0.0')
const request: DhcpMessage = {
  sender: 'client',
  transaction: 0xe416f1c,
  seconds: 0x0102,
  wantsBroadcast: true,
  clientAddress: parseIpAddress('10.0.0.1'),
  yourAddress: parseIpAddress('10.0.0.2'),
  nextServer: parseIpAddress('10.0.0.3'),
  relay: parseIpAddress('10.0.0.4'),
  mac: parseMac('02:00:00:00:00:21'),
  options: optionsOf({ 82: '01', 255: '' }),
}

describe('a message', () => {
  test('has the layout of RFC 2131 figure 1', () => {
    const message = { ...request, options: optionsOf({ 61: '00 41', 53: '03' }) }
    const layout = [
      '01 01 06 00',
      '0e416f1c',
      '0102 8000',
      '0a000001 0a000002 0a000003 0a000004',
      `020000000021 ${zeros(10)}`,
      zeros(64),
      zeros(128),
      '63825363',
      '35 01 03',
      '3d 02 00 41',
      'ff',
      zeros(52),
    ]
    expect(encodeMessage(message)).toEqual(bytesOf(layout.join(' ')))
  })

  test('is what dnsmasq means', () => {
    const { options, ...offer } = decodeMessage(recordedMessage('lease', 'DHCPOFFER'))
    expect(offer).toEqual({
      sender: 'server',
      transaction: 0xe416f1c,
      seconds: 0,
      wantsBroadcast: true,
      clientAddress: anyAddress,
      yourAddress: parseIpAddress('10.220.0.126'),
      nextServer: parseIpAddress('10.220.0.1'),
      relay: anyAddress,
      mac: parseMac('02:00:00:00:00:21'),
    })
    expect([...options.keys()]).toEqual([53, 54, 51, 58, 59, 1, 28, 3, 26, 119, 15, 6, 33, 121])
    expect(options.get(15)).toEqual(bytesOf('6578616d706c652e6f7267'))
  })

  test('has options in file and sname where dnsmasq has run out of room', () => {
    const { options } = decodeMessage(recordedMessage('overload', 'DHCPACK'))
    expect([...options.keys()]).toEqual([
      53, 54, 51, 58, 59, 1, 28, 3, 226, 17, 26, 7, 42, 6, 119, 15, 121,
    ])
    expect(options.get(119)).toHaveLength(0x79)
    expect(options.get(121)).toEqual(bytesOf('10 0a4d 0adc0007 00 0adc0001'))
  })

  test('comes back as it was, in 300 bytes or more', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encodeMessage(message)
        expect(bytes.length).toBeGreaterThanOrEqual(300)
        expect(decodeMessage(bytes)).toEqual(message)
      }),
    )
  })

  const good = encodeMessage({ ...request, options: optionsOf({ 53: '03' }) })
  test.each([
    ['is too short', good.subarray(0, 239), 'message: 239 bytes, expected 240 to 1500'],
    ['is too long', new Uint8Array(1501), 'message: 1501 bytes, expected 240 to 1500'],
    ['is of no client or server', overwritten(0, 3), 'message: operation 3'],
    [
      'is of another hardware',
      overwritten(1, 32),
      'message: hardware 32 with addresses of 6 bytes, not Ethernet',
    ],
    [
      'has longer addresses',
      overwritten(2, 20),
      'message: hardware 1 with addresses of 20 bytes, not Ethernet',
    ],
    ['is of plain BOOTP', overwritten(236, 0), 'message: no magic cookie'],
    ['has no end mark', overwritten(243, 0), 'options: no end mark'],
    ['has no options at all', good.subarray(0, 240), 'options: no end mark'],
    [
      'has an option that is cut',
      good.subarray(0, 242),
      'options: option 53 is longer than its place',
    ],
    [
      'has an option without a length',
      good.subarray(0, 241),
      'options: option 53 is longer than its place',
    ],
  ])('is refused when it %s', (_, bytes, reason) => {
    const [what = '', ...why] = reason.split(': ')
    expect(() => decodeMessage(bytes)).toThrow(new PacketError(`DHCP ${what}`, why.join(': ')))
  })

  function overwritten(offset: number, byte: number): Uint8Array {
    const copy = good.slice()
    copy[offset] = byte
    return copy
  }

  test('may be anything without harm', () => {
    const recorded = recordedMessage('overload', 'DHCPACK')
    const start = good.subarray(0, 240)
    const junk = fc.uint8Array({ maxLength: 1400 }).map((rest) => Uint8Array.of(...start, ...rest))
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 1600 }), junk, damaged(recorded))
    fc.assert(
      fc.property(anyBytes, (bytes) => expectRefusalOnly(() => decodeMessage(bytes))),
      { numRuns: 1000 },
    )
  })
})

describe('options', () => {
  const places = { options: new Uint8Array(), file: new Uint8Array(), serverName: new Uint8Array() }
  const decode = (options: string, file = '', serverName = '') =>
    decodeOptions({
      options: bytesOf(options),
      file: bytesOf(file),
      serverName: bytesOf(serverName),
    })

  test('go out in ascending order, those of relay agents last (RFC 3046 §2.1)', () => {
    const options = optionsOf({ 82: '01 00', 121: '00', 61: '', 12: '41' })
    expect(encodeOptions(new Map([...options].reverse()))).toEqual(
      bytesOf('0c 01 41  3d 00  79 01 00  52 02 0100  ff'),
    )
  })

  test.each([
    [255, '79 ff', ''],
    [256, '79 ff', '79 01'],
    [510, '79 ff', '79 ff'],
  ])('of %s bytes are split as RFC 3396 says', (length, first, second) => {
    const value = new Uint8Array(length).fill(7)
    const bytes = encodeOptions(new Map([[121, value]]))
    const expected = [first, '07'.repeat(255), second, '07'.repeat(length - 255), 'ff']
    expect(bytes).toEqual(bytesOf(expected.join(' ')))
    expect(decodeOptions({ ...places, options: bytes })).toEqual(new Map([[121, value]]))
  })

  test('are put together from their parts, in the order of RFC 3396 §5', () => {
    const read = decode('79 01 01  34 01 03  00  79 01 02  ff', '79 01 03 ff', '0c 00 79 01 04 ff')
    expect(read).toEqual(optionsOf({ 121: '01 02 03 04', 12: '' }))
  })

  test.each([
    ['01', { 12: '01' }],
    ['02', { 12: '02' }],
    ['03', { 12: '01 02' }],
  ])('are read from the fields that overload %s names', (overload, expected) => {
    expect(decode(`34 01 ${overload} ff`, '0c 01 01', '0c 01 02')).toEqual(optionsOf(expected))
  })

  test('are not read from file and sname without overload', () => {
    expect(decode('ff', '0c 01 01 ff', '0c 01 02 ff')).toEqual(new Map())
  })

  test('end at the end mark, whatever comes then', () => {
    expect(decode('0c 01 41 ff 0c 05')).toEqual(optionsOf({ 12: '41' }))
  })

  test.each(['34 00 ff', '34 02 01 01 ff', '34 01 00 ff', '34 01 04 ff', '34 01 01 34 01 01 ff'])(
    'are refused with the overload %s',
    (bytes) => {
      expect(() => decode(bytes)).toThrow('option 52 (overload) is not 1, 2 or 3')
    },
  )

  test('are refused when one is cut by the end of file', () => {
    expect(() => decode('34 01 01 ff', '0c 02 41')).toThrow('option 12 is longer than its place')
  })

  test('do not keep the packet that they came in', () => {
    const bytes = bytesOf('0c 01 41 ff')
    const [value] = decodeOptions({ ...places, options: bytes }).values()
    expect(value?.buffer.byteLength).toBe(1)
  })
})
