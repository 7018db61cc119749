import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { decodeMessage6, encodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import { decodeOptionList } from '#ipam/dhcp/v6/message/option-list.ts'
import { bytesOf, damaged, expectRefusalOnly, optionsOf } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { anyMessage6, recordedMessage } from './arbitraries.ts'

const none = new Map<number, Uint8Array>()

describe('a message', () => {
  test('has the layout of RFC 8415 sections 8, 21.4 and 21.6, options in ascending order', () => {
    const address = {
      address: parseIpAddress('fd00:220::1c4'),
      preferredSeconds: 120,
      validSeconds: 0xffffffff,
      options: optionsOf({ 13: '0000' }),
    }
    const association = {
      iaid: 0x21,
      renewalSeconds: 60,
      rebindingSeconds: 105,
      addresses: [address],
      options: optionsOf({ 13: '0002 6e6f' }),
    }
    const bytes = encodeMessage6({
      type: 'renew',
      transaction: 0x652cb6,
      associations: [association, { ...association, iaid: 0xffffffff, addresses: [] }],
      options: optionsOf({ 14: '', 8: '0102', 1: '00030001' }),
    })
    const layout = [
      '05 652cb6',
      '0001 0004 00030001',
      '0003 0036 00000021 0000003c 00000069',
      '0005 001e fd000220 00000000 00000000 000001c4 00000078 ffffffff',
      '000d 0002 0000',
      '000d 0004 0002 6e6f',
      '0003 0014 ffffffff 0000003c 00000069 000d 0004 0002 6e6f',
      '0008 0002 0102',
      '000e 0000',
    ]
    expect(bytes).toEqual(bytesOf(layout.join(' ')))
  })

  test('is what dnsmasq means', () => {
    const { options, ...advertise } = decodeMessage6(recordedMessage('ADVERTISE'))
    expect(advertise).toEqual({
      type: 'advertise',
      transaction: 0x652cb6,
      associations: [
        {
          iaid: 33,
          renewalSeconds: 60,
          rebindingSeconds: 105,
          addresses: [
            {
              address: parseIpAddress('fd00:220::1c4'),
              preferredSeconds: 120,
              validSeconds: 120,
              options: none,
            },
          ],
          options: none,
        },
      ],
    })
    expect([...options.keys()].sort((a, b) => a - b)).toEqual([1, 2, 7, 13, 23, 24])
    expect(options.get(1)).toEqual(bytesOf('0003 0001 020000000021'))
  })

  test.each(['SOLICIT', 'REQUEST', 'RENEW', 'CONFIRM', 'RELEASE', 'REPLY to RELEASE'])(
    'of dhclient and dnsmasq, %s, comes back as it was but for its order',
    (title) => {
      const bytes = recordedMessage(title)
      const again = encodeMessage6(decodeMessage6(bytes))
      expect(again.toSorted()).toEqual(bytes.toSorted())
    },
  )

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyMessage6, (message) => {
        expect(decodeMessage6(encodeMessage6(message))).toEqual(message)
      }),
    )
  })

  const header = '07 000001'
  const ia = '00000021 0000003c 00000069'
  test.each([
    ['is too short', '070000', 'message: 3 bytes, expected 4 to 4096'],
    ['is too long', `${header}${'00'.repeat(4093)}`, 'message: 4097 bytes, expected 4 to 4096'],
    ['is of no type', '00 000001', 'message: type 0'],
    ['wants a reconfiguration', '0a 000001', 'message: type 10'],
    ['is of a relay', '0d 000001', 'message: type 13'],
    ['has half an option', `${header} 0001 00`, 'options: 3 bytes are no option'],
    ['has a cut option', `${header} 0001 0002 00`, 'options: option 1 is longer than its place'],
    ['has a short IA_NA', `${header} 0003 000b ${ia.slice(0, -2)}`, 'options: IA_NA of 11 bytes'],
    ['has a cut IA_NA', `${header} 0003 000d ${ia} 00`, 'options: 1 bytes are no option'],
    ['has a short IAADDR', `${header} 0003 0010 ${ia} 0005 0000`, 'options: IAADDR of 0 bytes'],
    [
      'has a cut IAADDR',
      `${header} 0003 0030 ${ia} 0005 0020 ${'00'.repeat(24)} 000d 0005 00000000`,
      'options: option 13 is longer than its place',
    ],
    ['has too many options', `${header}${'00010000'.repeat(65)}`, 'options: more than 64 options'],
    [
      'has too many addresses',
      `${header} 0003 0${(12 + 65 * 28).toString(16)} ${ia}${`00050018${'00'.repeat(24)}`.repeat(65)}`,
      'options: more than 64 options',
    ],
  ])('is refused when it %s', (_, hex, reason) => {
    const [what = '', why = ''] = reason.split(': ')
    expect(() => decodeMessage6(bytesOf(hex))).toThrow(new PacketError(`DHCPv6 ${what}`, why))
  })

  test('may be anything without harm', () => {
    const recorded = recordedMessage('REPLY to REQUEST')
    const junk = fc
      .uint8Array({ maxLength: 400 })
      .map((rest) => Uint8Array.of(...bytesOf(`${header} 0003 0100 ${ia}`), ...rest))
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 5000 }), junk, damaged(recorded))
    fc.assert(
      fc.property(anyBytes, (bytes) => expectRefusalOnly(() => decodeMessage6(bytes))),
      { numRuns: 1000 },
    )
  })
})

describe('options', () => {
  test('count once, the first of several', () => {
    const message = decodeMessage6(bytesOf('07 000001 0007 0001 01 0007 0001 02'))
    expect(message.options).toEqual(optionsOf({ 7: '01' }))
  })

  test('do not keep the packet that they came in', () => {
    const { options } = decodeMessage6(bytesOf('07 000001 0007 0001 01'))
    expect(options.get(7)?.buffer.byteLength).toBe(1)
  })

  test('are listed in their order', () => {
    const list = decodeOptionList(bytesOf('0007 0001 01 0001 0000'))
    expect(list.map(({ code }) => code)).toEqual([7, 1])
  })
})
