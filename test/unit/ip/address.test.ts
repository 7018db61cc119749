import fc from 'fast-check'
import { Address4, Address6 } from 'ip-address'
import { describe, expect, test } from 'vitest'
import {
  compareIpAddresses,
  findIpAddress,
  formatIpAddress,
  IpAddress,
  nextIpAddress,
  offsetIpAddress,
  parseIpAddress,
} from '#ip/address.ts'
import { addressOf, anyAddress } from './arbitraries.ts'

describe('text', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['10.1.2.3', '10.1.2.3'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['::1.2.3.4', '::102:304'],
  ])('reads %s and writes %s', (text, canonical) => {
    expect(String(parseIpAddress(text))).toBe(canonical)
  })

  test.each([
    ['does not shorten a single group of zeros', '2001:db8:0:1:1:1:1:1'],
    ['shortens the longest run of zeros', '2001:0:0:1::1'],
    ['shortens the leftmost of equally long runs', '2001:db8::1:0:0:1'],
  ])('%s (RFC 5952 §4.2)', (_, canonical) => {
    expect(formatIpAddress(parseIpAddress(canonical))).toBe(canonical)
  })

  test('writes no :: for an explicit single zero group that was read as ::', () => {
    expect(String(parseIpAddress('1:2:3:4:5:6:7::'))).toBe('1:2:3:4:5:6:7:0')
  })

  test.each(['::ffff:10.1.2.3', '::FFFF:0a01:0203', '0:0:0:0:0:ffff:a01:203'])(
    'takes the IPv4-mapped address %s for the IPv4 address',
    (text) => {
      expect(parseIpAddress(text)).toEqual(parseIpAddress('10.1.2.3'))
    },
  )

  test('writes an IPv6 address of the mapped block, which only arithmetic makes, as mixed text', () => {
    expect(String(new IpAddress(6, 0xffff_0a01_0203n))).toBe('::ffff:10.1.2.3')
  })

  test.each([
    '',
    ' ',
    '10.1.2',
    '10.1.2.3.4',
    '10.1.2.256',
    '10.1.2.03',
    '10.1.2.00',
    '10.1.2.',
    '10.1.2.+3',
    '10.1.2.3 ',
    '10.1.2.3\n',
    '10.1.2.٣',
    '10.1.2.3/24',
    '0x0a010203',
    '167838211',
    ':',
    ':::',
    '1:',
    ':1',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1:2:3:4::5:6:7:8',
    '00001::',
    'g::',
    '::1%eth0',
    '[::1]',
    '::1/64',
    '::1.2.3',
    '::1.2.3.04',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '::-1',
    '::0x1',
  ])('refuses %j', (text) => {
    expect(findIpAddress(text)).toBeUndefined()
  })

  test('quotes the text it cannot parse', () => {
    expect(() => parseIpAddress('10.1.2.300')).toThrow(
      new SyntaxError('invalid IP address "10.1.2.300"'),
    )
  })

  test('shortens a hostile text in the message', () => {
    expect(() => parseIpAddress('1:'.repeat(1_000_000))).toThrow(/^invalid IP address ".{79}…$/)
  })
})

describe('text, against the ip-address package', () => {
  test('writes every address as the package does', () => {
    fc.assert(
      fc.property(addressOf(4), ({ value }) => {
        expect(formatIpAddress(new IpAddress(4, value))).toBe(Address4.fromBigInt(value).address)
      }),
    )
    fc.assert(
      fc.property(addressOf(6), ({ value }) => {
        const peer = Address6.fromBigInt(value).correctForm()
        expect(formatIpAddress(new IpAddress(6, value))).toBe(peer)
      }),
    )
  })

  test('reads every way the package writes an address', () => {
    fc.assert(
      fc.property(addressOf(6), (address) => {
        const peer = Address6.fromBigInt(address.value)
        for (const text of [peer.canonicalForm(), peer.correctForm().toUpperCase()]) {
          expect(findIpAddress(text)).toEqual(address)
        }
      }),
    )
  })

  test('accepts and refuses dotted text as the package does', () => {
    const octet = fc.constantFrom('', '0', '7', '07', '255', '256', '1e1', ' 1', '0x1', '1234')
    const text = fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.'))
    fc.assert(
      fc.property(text, (candidate) => {
        expect(findIpAddress(candidate) !== undefined).toBe(Address4.isValid(candidate))
      }),
      { numRuns: 500 },
    )
  })

  test('accepts and refuses text with colons as the package does', () => {
    const group = fc.constantFrom('', '', '0', '1', '01', 'ffff', '00000', 'g', '1.2.3.4', 'A')
    const text = fc.array(group, { minLength: 2, maxLength: 10 }).map((groups) => groups.join(':'))
    fc.assert(
      fc.property(text, (candidate) => {
        const address = findIpAddress(candidate)
        expect(address !== undefined).toBe(Address6.isValid(candidate))
        if (address?.family === 6) expect(address.value).toBe(new Address6(candidate).bigInt())
      }),
      { numRuns: 1000 },
    )
  })
})

describe('values', () => {
  test('survive being written and read', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseIpAddress(String(address))).toEqual(address)
      }),
    )
  })

  test('equal each other only within one family', () => {
    expect(parseIpAddress('0.0.0.1').equals(parseIpAddress('0.0.0.1'))).toBe(true)
    expect(parseIpAddress('0.0.0.1').equals(parseIpAddress('0.0.0.2'))).toBe(false)
    expect(parseIpAddress('0.0.0.1').equals(parseIpAddress('::1'))).toBe(false)
  })

  test('sort IPv4 before IPv6, then by number', () => {
    const sorted = ['9.0.0.1', '10.0.0.1', '255.255.255.255', '::', '2001:db8::1', 'ff02::1']
    const shuffled = sorted.toReversed().map(parseIpAddress)
    expect(shuffled.sort(compareIpAddresses).map(String)).toEqual(sorted)
    expect(compareIpAddresses(parseIpAddress('::1'), parseIpAddress('::1'))).toBe(0)
  })

  test('have a next one, across octets and groups', () => {
    expect(String(nextIpAddress(parseIpAddress('10.0.0.255')))).toBe('10.0.1.0')
    expect(String(nextIpAddress(parseIpAddress('2001:db8::ffff')))).toBe('2001:db8::1:0')
  })

  test('can be offset back and forth', () => {
    expect(String(offsetIpAddress(parseIpAddress('10.0.1.0'), -1n))).toBe('10.0.0.255')
    expect(String(offsetIpAddress(parseIpAddress('::'), 1n << 127n))).toBe('8000::')
  })

  test.each(['255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])(
    'refuse to go beyond %s',
    (last) => {
      expect(() => nextIpAddress(parseIpAddress(last))).toThrow(RangeError)
    },
  )

  test('refuse to go below zero, naming the address', () => {
    expect(() => offsetIpAddress(parseIpAddress('0.0.0.5'), -6n)).toThrow(
      new RangeError('no IPv4 address -6 places from 0.0.0.5'),
    )
  })
})
