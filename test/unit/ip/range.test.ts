import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IpAddress, parseIpAddress } from '#ip/address.ts'
import {
  countAddresses,
  formatIpRange,
  type IpRange,
  rangeContains,
  rangesOverlap,
} from '#ip/range.ts'

function range(first: string, last: string): IpRange {
  return { first: parseIpAddress(first), last: parseIpAddress(last) }
}

/** Ranges of small numbers, so that every relation between two of them is common. */
const smallRange: fc.Arbitrary<IpRange> = fc
  .tuple(fc.constantFrom<4 | 6>(4, 6), fc.nat(8), fc.nat(4))
  .map(([family, start, more]) => ({
    first: new IpAddress(family, BigInt(start)),
    last: new IpAddress(family, BigInt(start + more)),
  }))

describe('a range', () => {
  test('is written as its two ends', () => {
    expect(formatIpRange(range('10.1.2.2', '10.1.2.254'))).toBe('10.1.2.2-10.1.2.254')
    expect(formatIpRange(range('2001:db8::1', '2001:db8::f'))).toBe('2001:db8::1-2001:db8::f')
  })

  test('contains its ends and what is between them', () => {
    const pool = range('10.1.2.2', '10.1.2.4')
    const members = ['10.1.2.1', '10.1.2.2', '10.1.2.3', '10.1.2.4', '10.1.2.5']
    expect(members.filter((text) => rangeContains(pool, parseIpAddress(text)))).toEqual([
      '10.1.2.2',
      '10.1.2.3',
      '10.1.2.4',
    ])
  })

  test('contains nothing of the other family', () => {
    expect(rangeContains(range('0.0.0.0', '0.0.0.9'), parseIpAddress('::5'))).toBe(false)
  })

  test.each([
    [range('10.1.2.2', '10.1.2.2'), 1n],
    [range('10.1.2.2', '10.1.2.254'), 253n],
    [range('0.0.0.0', '255.255.255.255'), 1n << 32n],
    [range('::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), 1n << 128n],
  ])('counts its addresses', (pool, count) => {
    expect(countAddresses(pool)).toBe(count)
  })
})

describe('two ranges', () => {
  test('overlap when they share one address', () => {
    expect(rangesOverlap(range('10.0.0.1', '10.0.0.5'), range('10.0.0.5', '10.0.0.9'))).toBe(true)
  })

  test('do not overlap when they only touch', () => {
    expect(rangesOverlap(range('10.0.0.1', '10.0.0.5'), range('10.0.0.6', '10.0.0.9'))).toBe(false)
  })

  test('overlap exactly when some address is in both', () => {
    fc.assert(
      fc.property(smallRange, smallRange, (a, b) => {
        const numbers = Array.from({ length: 16 }, (_, number) => BigInt(number))
        const shared = numbers
          .map((number) => new IpAddress(a.first.family, number))
          .some((address) => rangeContains(a, address) && rangeContains(b, address))
        expect(rangesOverlap(a, b)).toBe(shared)
      }),
      { numRuns: 500 },
    )
  })
})
