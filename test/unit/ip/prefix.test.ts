import fc from 'fast-check'
import { Address4, Address6 } from 'ip-address'
import { describe, expect, test } from 'vitest'
import { compareIpAddresses, parseIpAddress } from '#ip/address.ts'
import {
  addressPrefix,
  broadcastAddress,
  defaultPrefix,
  distinctBy,
  findIpPrefix,
  type IpPrefix,
  isDefaultPrefix,
  lastAddress,
  networkAddress,
  networkPrefix,
  parseIpPrefix,
  prefixContains,
} from '#ip/prefix.ts'
import { anyAddress, anyPrefix } from './arbitraries.ts'

function contains(prefix: string, address: string): boolean {
  return prefixContains(parseIpPrefix(prefix), parseIpAddress(address))
}

function peerOf(prefix: IpPrefix): Address4 | Address6 {
  return prefix.address.family === 4 ? new Address4(`${prefix}`) : new Address6(`${prefix}`)
}

describe('text', () => {
  test.each([
    ['10.2.3.1/24', '10.2.3.1/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.2.3.1/32', '10.2.3.1/32'],
    ['10.2.3.1/024', '10.2.3.1/24'],
    ['2001:DB8:0::1/64', '2001:db8::1/64'],
    ['::/0', '::/0'],
    ['::1/128', '::1/128'],
  ])('reads %s and writes %s, host bits kept', (text, canonical) => {
    expect(String(parseIpPrefix(text))).toBe(canonical)
  })

  test('counts the length of an IPv4-mapped prefix from the IPv4 address', () => {
    expect(String(parseIpPrefix('::ffff:10.2.3.1/120'))).toBe('10.2.3.1/24')
    expect(findIpPrefix('::ffff:10.2.3.1/95')).toBeUndefined()
  })

  test.each([
    '',
    '/',
    '/24',
    '10.2.3.1',
    '10.2.3.1/',
    '10.2.3.1/33',
    '10.2.3.1/-1',
    '10.2.3.1/+1',
    '10.2.3.1/1.0',
    '10.2.3.1/1e1',
    '10.2.3.1/ 24',
    '10.2.3.1/24 ',
    '10.2.3.1/24/24',
    '10.2.3.1/255.255.255.0',
    '10.2.3/24',
    '2001:db8::1/129',
    '2001:db8::1',
    '2001:db8::1%eth0/64',
    `10.2.3.1/${'0'.repeat(100)}24`,
  ])('refuses %j', (text) => {
    expect(findIpPrefix(text)).toBeUndefined()
  })

  test('quotes the text it cannot parse', () => {
    expect(() => parseIpPrefix('10.2.3.1/33')).toThrow(
      new SyntaxError('invalid IP prefix "10.2.3.1/33"'),
    )
  })

  test('survives being written and read', () => {
    fc.assert(
      fc.property(anyPrefix, (prefix) => {
        expect(parseIpPrefix(String(prefix))).toEqual(prefix)
      }),
    )
  })
})

describe('networks', () => {
  test.each([
    ['10.2.3.77/24', '10.2.3.0/24', '10.2.3.255'],
    ['10.2.3.77/30', '10.2.3.76/30', '10.2.3.79'],
    ['10.2.3.77/32', '10.2.3.77/32', '10.2.3.77'],
    ['10.2.3.77/0', '0.0.0.0/0', '255.255.255.255'],
    ['2001:db8::77/64', '2001:db8::/64', '2001:db8::ffff:ffff:ffff:ffff'],
    ['2001:db8::77/128', '2001:db8::77/128', '2001:db8::77'],
  ])('%s is in network %s, which ends with %s', (text, network, last) => {
    const prefix = parseIpPrefix(text)
    expect(String(networkPrefix(prefix))).toBe(network)
    expect(`${networkAddress(prefix)}/${prefix.length}`).toBe(network)
    expect(String(lastAddress(prefix))).toBe(last)
  })

  test('begin and end where the ip-address package says', () => {
    fc.assert(
      fc.property(anyPrefix, (prefix) => {
        const peer = peerOf(prefix)
        expect(networkAddress(prefix).value).toBe(peer.startAddress().bigInt())
        expect(lastAddress(prefix).value).toBe(peer.endAddress().bigInt())
      }),
    )
  })

  test('contain their addresses, ends included, and no others', () => {
    expect(contains('10.2.3.77/32', '10.2.3.77')).toBe(true)
    expect(contains('10.2.3.0/24', '10.2.3.255')).toBe(true)
    expect(contains('10.2.3.77/24', '10.2.3.0')).toBe(true)
    expect(contains('10.2.3.77/24', '10.2.3.255')).toBe(true)
    expect(contains('10.2.3.77/24', '10.2.4.0')).toBe(false)
    expect(contains('10.2.3.77/24', '10.2.2.255')).toBe(false)
    expect(contains('10.2.3.77/32', '10.2.3.76')).toBe(false)
  })

  test('contain nothing of the other family', () => {
    expect(contains('::/0', '10.2.3.1')).toBe(false)
    expect(contains('0.0.0.0/0', '::1')).toBe(false)
  })

  test('contain exactly what lies between their first and their last address', () => {
    fc.assert(
      fc.property(anyPrefix, anyAddress, (prefix, address) => {
        const isBetween =
          address.family === prefix.address.family &&
          compareIpAddresses(networkAddress(prefix), address) <= 0 &&
          compareIpAddresses(address, lastAddress(prefix)) <= 0
        expect(prefixContains(prefix, address)).toBe(isBetween)
      }),
    )
  })

  test.each([
    ['10.2.3.1/24', '10.2.3.255'],
    ['10.2.3.1/30', '10.2.3.3'],
    ['10.2.3.1/31', 'undefined'],
    ['10.2.3.1/32', 'undefined'],
    ['2001:db8::1/64', 'undefined'],
    ['2001:db8::1/20', 'undefined'],
  ])('of %s has the broadcast address %s', (text, broadcast) => {
    expect(String(broadcastAddress(parseIpPrefix(text)))).toBe(broadcast)
  })
})

describe('the default prefix', () => {
  test('covers its family', () => {
    expect(String(defaultPrefix(4))).toBe('0.0.0.0/0')
    expect(String(defaultPrefix(6))).toBe('::/0')
  })

  test('is known by its length alone', () => {
    expect(isDefaultPrefix(defaultPrefix(6))).toBe(true)
    expect(isDefaultPrefix(parseIpPrefix('10.2.3.1/0'))).toBe(true)
    expect(isDefaultPrefix(parseIpPrefix('0.0.0.0/1'))).toBe(false)
  })
})

test('prefixes are equal when address and length are', () => {
  const prefix = parseIpPrefix('10.2.3.1/24')
  expect(prefix.equals(parseIpPrefix('10.2.3.1/24'))).toBe(true)
  expect(prefix.equals(parseIpPrefix('10.2.3.1/25'))).toBe(false)
  expect(prefix.equals(parseIpPrefix('10.2.3.2/24'))).toBe(false)
  expect(parseIpPrefix('::1/24').equals(parseIpPrefix('0.0.0.1/24'))).toBe(false)
})

test('of items with one prefix the first counts', () => {
  const items = ['10.1.2.3/24', '10.1.2.4/24', '10.1.2.3/24', '10.1.2.3/16'].map(parseIpPrefix)
  const texts = (of: (prefix: IpPrefix) => IpPrefix) => distinctBy(items, of).map(String)
  expect(texts((prefix) => prefix)).toEqual(['10.1.2.3/24', '10.1.2.4/24', '10.1.2.3/16'])
  expect(texts(networkPrefix)).toEqual(['10.1.2.3/24', '10.1.2.3/16'])
  expect(texts(({ address }) => addressPrefix(address))).toEqual(['10.1.2.3/24', '10.1.2.4/24'])
})

test.for([
  ['10.1.2.3', '10.1.2.3/32'],
  ['fd00::1', 'fd00::1/128'],
] as const)('%s alone is the prefix %s', ([address, prefix]) => {
  expect(`${addressPrefix(parseIpAddress(address))}`).toBe(prefix)
})
