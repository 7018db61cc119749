import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressBits, type IpAddress, offsetIpAddress, parseIpAddress } from '#ip/address.ts'
import { IpPrefix, networkPrefix, parseIpPrefix } from '#ip/prefix.ts'
import { candidates } from '#ipam/host-local/allocator.ts'
import {
  completeRangeSet,
  countAllocatable,
  isAllocatable,
  type RangeSet,
} from '#ipam/host-local/range-set.ts'
import { addressOf } from '#test/unit/ip/arbitraries.ts'

function subnets(...texts: readonly string[]): RangeSet {
  const ranges = texts.map((text, index) => ({ path: [index], subnet: parseIpPrefix(text) }))
  return completeRangeSet({ path: [], ranges })
}

interface Walk {
  readonly set: RangeSet
  readonly last?: string
  readonly taken?: readonly string[]
}

function firstFree({ set, last, taken = [] }: Walk): string | undefined {
  const start = last === undefined ? undefined : parseIpAddress(last)
  for (const { address } of candidates(set, start)) {
    if (!taken.includes(`${address}`)) return `${address}`
  }
  return undefined
}

const pool = subnets('10.0.0.0/29')
const two = subnets('10.0.0.0/30', '10.0.1.0/30')
const three = subnets('10.0.0.0/30', '10.0.1.0/30', '10.0.2.0/30')
const allButFour = ['10.0.0.2', '10.0.0.3', '10.0.0.5', '10.0.0.6']

test.each<[string, Walk, string | undefined]>([
  ['the first one beside the gateway', { set: pool }, '10.0.0.2'],
  ['the one after the last', { set: pool, last: '10.0.0.5' }, '10.0.0.6'],
  ['one beyond the end', { set: pool, last: '10.0.0.5', taken: ['10.0.0.6'] }, '10.0.0.2'],
  ['the first one after the end', { set: pool, last: '10.0.0.6' }, '10.0.0.2'],
  ['the first one when the last is foreign', { set: pool, last: '10.0.5.6' }, '10.0.0.2'],
  ['the first one when the last is IPv6', { set: pool, last: 'fd00::5' }, '10.0.0.2'],
  [
    'the last when it alone is left',
    { set: pool, last: '10.0.0.4', taken: allButFour },
    '10.0.0.4',
  ],
  ['one of the next range', { set: two, last: '10.0.0.2' }, '10.0.1.2'],
  ['one of the first range after the third', { set: three, last: '10.0.2.2' }, '10.0.0.2'],
  ['the first of IPv6', { set: subnets('2001:db8:1::/64') }, '2001:db8:1::2'],
  ['nothing of a full set', { set: subnets('10.0.0.0/30'), taken: ['10.0.0.2'] }, undefined],
])('gives %s', (_, walk, expected) => {
  expect(firstFree(walk)).toBe(expected)
})

test('walks to the very last address of a family', () => {
  const set = completeRangeSet({
    path: [],
    ranges: [
      {
        path: [],
        subnet: parseIpPrefix('255.255.255.252/30'),
        rangeEnd: parseIpAddress('255.255.255.255'),
      },
    ],
  })
  expect([...candidates(set)].map(({ address }) => `${address}`)).toEqual([
    '255.255.255.254',
    '255.255.255.255',
  ])
})

interface Pool {
  readonly set: RangeSet
  readonly last: IpAddress
}

/** Two small neighbouring subnets with limits and gateways anywhere, and any last address. */
const anyPool: fc.Arbitrary<Pool> = fc
  .record({
    base: fc.constantFrom(4 as const, 6 as const).chain((family) =>
      addressOf(family).map((address) => {
        return networkPrefix(new IpPrefix(address, addressBits(family) - 6)).address
      }),
    ),
    offsets: fc.array(fc.bigInt({ min: 0n, max: 31n }), { minLength: 4, maxLength: 4 }),
    gateways: fc.tuple(fc.bigInt({ min: 0n, max: 63n }), fc.bigInt({ min: 0n, max: 63n })),
    last: fc.bigInt({ min: 0n, max: 63n }),
  })
  .map(({ base, offsets, gateways, last }) => {
    const ranges = [0, 1].map((index) => {
      const start = offsetIpAddress(base, BigInt(index) * 32n)
      const limits = offsets.slice(2 * index, 2 * index + 2).sort((a, b) => Number(a - b))
      return {
        path: [index],
        subnet: new IpPrefix(start, addressBits(base.family) - 5),
        rangeStart: offsetIpAddress(start, limits[0] ?? 0n),
        rangeEnd: offsetIpAddress(start, limits[1] ?? 0n),
        gateway: offsetIpAddress(base, gateways[index] ?? 0n),
      }
    })
    return { set: completeRangeSet({ path: [], ranges }), last: offsetIpAddress(base, last) }
  })

test('gives each address of a set that is no gateway exactly once, and the last one at the end', () => {
  fc.assert(
    fc.property(anyPool, ({ set, last }) => {
      const given = [...candidates(set, last)].map(({ address }) => address)
      expect(new Set(given.map(String)).size).toBe(given.length)
      expect(BigInt(given.length)).toBe(countAllocatable(set))
      expect(given.every((address) => isAllocatable(set, address))).toBe(true)
      if (isAllocatable(set, last)) expect(`${given.at(-1)}`).toBe(`${last}`)
    }),
  )
})

test('uses an address again only after all others had their turn', () => {
  fc.assert(
    fc.property(anyPool, ({ set }) => {
      const rounds = 2 * Number(countAllocatable(set))
      const given: string[] = []
      for (let last: IpAddress | undefined; given.length < rounds; ) {
        // Each one is released before the next is taken.
        last = candidates(set, last).next().value?.address
        given.push(`${last}`)
      }
      expect(given.slice(rounds / 2)).toEqual(given.slice(0, rounds / 2))
      expect(new Set(given).size).toBe(rounds / 2)
    }),
  )
})

test('says which range each candidate is from', () => {
  fc.assert(
    fc.property(anyPool, ({ set, last }) => {
      for (const { address, range } of candidates(set, last)) {
        expect(isAllocatable([range], address)).toBe(true)
      }
    }),
  )
})
