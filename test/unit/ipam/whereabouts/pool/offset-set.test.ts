import fc, { bigInt, property, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { OffsetSet } from '#ipam/whereabouts/pool/offset-set.ts'

function setOf(offsets: Iterable<bigint>): OffsetSet {
  const set = new OffsetSet()
  for (const offset of offsets) set.add(offset)
  return set
}

function* from(first: bigint, last: bigint): Generator<bigint> {
  for (let offset = first; offset <= last; offset += 1n) yield offset
}

test('knows the lowest offset that is missing as somebody does who looks at each', () => {
  const small = bigInt({ min: 0n, max: 140n })
  const members = uniqueArray(small, { maxLength: 140 })
  const agrees = property(members, small, small, (offsets, first, last) => {
    const missing = [...from(first, last)].find((offset) => !offsets.includes(offset))
    expect(setOf(offsets).firstMissing(first, last)).toBe(missing)
  })
  fc.assert(agrees)
})

test('goes on in the next chunk where one is full', () => {
  const chunk = 65_536n
  const set = setOf(from(0n, chunk + 9n))
  expect(set.firstMissing(0n, 2n * chunk)).toBe(chunk + 10n)
  expect(set.firstMissing(0n, chunk + 9n)).toBeUndefined()
  expect(set.firstMissing(chunk - 1n, chunk - 1n)).toBeUndefined()
})

test('takes offsets of any size, and one twice', () => {
  const high = 2n ** 63n - 3n
  const set = setOf([high, high, high + 1n])
  expect(set.firstMissing(high, high + 2n)).toBe(high + 2n)
  expect(set.firstMissing(0n, high)).toBe(0n)
})

test('has nothing to give between bounds that have crossed', () => {
  expect(new OffsetSet().firstMissing(2n, 1n)).toBeUndefined()
})
