import { describe, expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import {
  type ConfiguredRange,
  completeRangeSet,
  countAllocatable,
  findRange,
  formatRangeSet,
  isAllocatable,
  type RangeSet,
  requireDisjoint,
} from '#ipam/host-local/range-set.ts'

interface RangeTexts {
  readonly subnet?: string
  readonly rangeStart?: string
  readonly rangeEnd?: string
  readonly gateway?: string
}

function configured(texts: RangeTexts, index: number): ConfiguredRange {
  const { subnet, rangeStart, rangeEnd, gateway } = texts
  return {
    path: ['ipam', 'ranges', 0, index],
    ...(subnet !== undefined && { subnet: parseIpPrefix(subnet) }),
    ...(rangeStart !== undefined && { rangeStart: parseIpAddress(rangeStart) }),
    ...(rangeEnd !== undefined && { rangeEnd: parseIpAddress(rangeEnd) }),
    ...(gateway !== undefined && { gateway: parseIpAddress(gateway) }),
  }
}

function setOf(...ranges: readonly RangeTexts[]): RangeSet {
  return completeRangeSet({ path: ['ipam', 'ranges', 0], ranges: ranges.map(configured) })
}

function refusalOf(...ranges: readonly RangeTexts[]): string {
  try {
    setOf(...ranges)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('the range set was accepted')
}

describe('completing a range', () => {
  test('leaves out the network and the broadcast address of IPv4', () => {
    const [range] = setOf({ subnet: '10.1.2.0/24' })
    expect(`${range?.first} ${range?.last} ${range?.gateway}`).toBe('10.1.2.1 10.1.2.254 10.1.2.1')
  })

  test('leaves out only the first address of IPv6', () => {
    const [range] = setOf({ subnet: '2001:db8::/120' })
    expect(`${range?.first} ${range?.last}`).toBe('2001:db8::1 2001:db8::ff')
  })

  test('takes explicit limits, also the network and the broadcast address', () => {
    const set = setOf({ subnet: '10.1.2.0/30', rangeStart: '10.1.2.0', rangeEnd: '10.1.2.3' })
    expect(formatRangeSet(set)).toBe('10.1.2.0-10.1.2.3')
  })

  test('takes a gateway outside of the subnet', () => {
    expect(setOf({ subnet: '10.1.2.0/24', gateway: '10.9.9.9' })[0]?.gateway.toString()).toBe(
      '10.9.9.9',
    )
  })
})

test.each<[string, RangeTexts[], string]>([
  ['no range', [], 'ipam.ranges[0]: expected at least one range, found []'],
  [
    'no subnet',
    [{ rangeStart: '10.1.2.2' }],
    'ipam.ranges[0][0].subnet: expected a subnet such as 10.1.2.0/24, found nothing',
  ],
  [
    'an IPv4 subnet of two addresses',
    [{ subnet: '10.1.2.0/31' }],
    'ipam.ranges[0][0].subnet: expected a subnet of four addresses or more (prefix length up to 30), found "10.1.2.0/31"',
  ],
  [
    'an IPv6 subnet of one address',
    [{ subnet: 'fd00::/128' }],
    'ipam.ranges[0][0].subnet: expected a subnet of four addresses or more (prefix length up to 126), found "fd00::/128"',
  ],
  [
    'host bits',
    [{ subnet: '10.1.2.3/24' }],
    'ipam.ranges[0][0].subnet: expected a subnet without host bits (10.1.2.0/24), found "10.1.2.3/24"',
  ],
  [
    'a start outside of the subnet',
    [{ subnet: '10.1.2.0/24' }, { subnet: '10.1.3.0/24', rangeStart: '10.1.2.9' }],
    'ipam.ranges[0][1].rangeStart: expected an address in 10.1.3.0/24, found "10.1.2.9"',
  ],
  [
    'a start of the other family',
    [{ subnet: '10.1.2.0/24', rangeStart: 'fd00::2' }],
    'ipam.ranges[0][0].rangeStart: expected an address in 10.1.2.0/24, found "fd00::2"',
  ],
  [
    'an end outside of the subnet',
    [{ subnet: '10.1.2.0/24', rangeEnd: '10.1.3.1' }],
    'ipam.ranges[0][0].rangeEnd: expected an address in 10.1.2.0/24, found "10.1.3.1"',
  ],
  [
    'a start after the end',
    [{ subnet: '10.1.2.0/24', rangeStart: '10.1.2.9', rangeEnd: '10.1.2.8' }],
    'ipam.ranges[0][0].rangeStart: expected an address up to 10.1.2.8, found "10.1.2.9"',
  ],
  [
    'a start after the end that it has by default',
    [{ subnet: '10.1.2.0/24', rangeStart: '10.1.2.255' }],
    'ipam.ranges[0][0].rangeStart: expected an address up to 10.1.2.254, found "10.1.2.255"',
  ],
  [
    'an end before the start that it has by default',
    [{ subnet: '10.1.2.0/24', rangeEnd: '10.1.2.0' }],
    'ipam.ranges[0][0].rangeEnd: expected an address from 10.1.2.1 on, found "10.1.2.0"',
  ],
  [
    'two families',
    [{ subnet: '10.1.2.0/24' }, { subnet: 'fd00::/64' }],
    'ipam.ranges[0][1].subnet: expected an IPv4 subnet like the others of its range set, found "fd00::/64"',
  ],
  [
    'overlapping ranges',
    [
      { subnet: '10.1.0.0/22' },
      { subnet: '10.2.0.0/24' },
      { subnet: '10.1.2.0/24', rangeEnd: '10.1.2.9' },
    ],
    'ipam.ranges[0][2]: expected a range that does not overlap 10.1.0.1-10.1.3.254 (ipam.ranges[0][0]), found 10.1.2.1-10.1.2.9',
  ],
])('refuses a range set with %s', (_, ranges, message) => {
  expect(refusalOf(...ranges)).toBe(message)
})

test('takes two parts of one subnet', () => {
  const set = setOf(
    { subnet: '10.1.2.0/24', rangeEnd: '10.1.2.9' },
    { subnet: '10.1.2.0/24', rangeStart: '10.1.2.10' },
  )
  expect(formatRangeSet(set)).toBe('10.1.2.1-10.1.2.9,10.1.2.10-10.1.2.254')
})

test('finds ranges of different sets that overlap', () => {
  const ranges = [...setOf({ subnet: '10.1.2.0/24' }), ...setOf({ subnet: '10.1.0.0/16' })]
  expect(() => requireDisjoint(ranges)).toThrow('does not overlap 10.1.2.1-10.1.2.254')
})

test('does not give away gateways or what is outside of its ranges', () => {
  const set = setOf(
    { subnet: '10.1.2.0/29' },
    { subnet: '10.1.2.16/29', gateway: '10.1.2.20', rangeEnd: '10.1.2.21' },
    { subnet: '10.1.2.32/29', gateway: '10.9.9.9' },
  )
  const given = ['10.1.2.0', '10.1.2.1', '10.1.2.2', '10.1.2.6', '10.1.2.7', '10.1.2.20'].map(
    (text) => isAllocatable(set, parseIpAddress(text)),
  )
  expect(given).toEqual([false, false, true, true, false, false])
  expect(countAllocatable(set)).toBe(5n + 4n + 6n)
})

test('tells which range an address is from', () => {
  const set = setOf({ subnet: '10.1.2.0/24' }, { subnet: '10.1.3.0/24' })
  expect(findRange(set, parseIpAddress('10.1.3.7'))).toBe(set[1])
  expect(findRange(set, parseIpAddress('10.1.4.7'))).toBeUndefined()
  expect(findRange(set, parseIpAddress('fd00::1'))).toBeUndefined()
})
