import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChangedAllocations } from '#ipam/whereabouts/pool/changed-allocations.ts'
import type { Allocation, PoolChange } from '#ipam/whereabouts/pool/pool.ts'
import { restOf } from '#ipam/whereabouts/pool/resting.ts'
import { tableOf } from '#test/unit/ipam/whereabouts/pools.ts'

const pods = ['a', 'b', 'c', 'd']
const last = 12n

const anyOffset = fc.bigInt({ min: 0n, max: last })
const anyHolder: fc.Arbitrary<Allocation> = fc
  .record({ pod: fc.constantFrom(...pods), isResting: fc.boolean() })
  .map(({ pod, isResting }) => {
    const holder = { containerId: pod, podRef: `ns/${pod}`, ifName: 'net1' }
    return isResting ? restOf(holder, 1_000) : holder
  })
const anyPool = fc.array(fc.tuple(anyOffset, anyHolder)).map((entries) => new Map(entries))

/** No offset is in both. */
const anyChange: fc.Arbitrary<PoolChange> = fc
  .tuple(anyPool, fc.uniqueArray(anyOffset))
  .map(([put, drop]) => ({ put, drop: drop.filter((offset) => !put.has(offset)) }))

type Pool = ReadonlyMap<bigint, Allocation>

function written(pool: Pool, { put = new Map(), drop = [] }: PoolChange = {}): Pool {
  const kept = [...pool].filter(([offset]) => !drop.includes(offset))
  return new Map([...kept, ...put])
}

test('a pool with changes is as one that was read with them', () => {
  const agrees = fc.property(anyPool, fc.array(anyChange, { maxLength: 4 }), (read, changes) => {
    const changed = new ChangedAllocations(tableOf(Object.fromEntries(read)))
    for (const change of changes) changed.apply(change)
    const expected = changes.reduce<Pool>(written, read)
    const other = tableOf(Object.fromEntries(expected))
    expect(new Map(changed)).toEqual(new Map(other))
    expect(changed.size).toBe(other.size)
    expect([...changed.resting()].sort()).toEqual([...other.resting()].sort())
    for (let first = 0n; first <= last; first += 1n) {
      expect(changed.get(first)).toEqual(other.get(first))
      expect(changed.firstFree(first, last)).toBe(other.firstFree(first, last))
    }
    expect(written(read, changed.change)).toEqual(expected)
  })
  fc.assert(agrees)
})

test('a pod has what it was given last, and not what it has left', () => {
  const [a, b] = ['a', 'b'].map((pod) => ({ containerId: pod, podRef: pod, ifName: 'net1' }))
  if (a === undefined || b === undefined) throw new Error('there are two')
  const changed = new ChangedAllocations(tableOf({ 5: a }))
  expect(changed.findOfPod('a', 'net1')).toBe(5n)
  changed.apply({ put: new Map([[7n, a]]), drop: [5n] })
  expect(changed.findOfPod('a', 'net1')).toBe(7n)
  changed.apply({ put: new Map([[7n, b]]) })
  expect(changed.findOfPod('a', 'net1')).toBeUndefined()
  expect(changed.findOfPod('b', 'net1')).toBe(7n)
})

test('changes that come to nothing are none', () => {
  const changed = new ChangedAllocations(tableOf({}))
  const holder = { containerId: 'a', podRef: 'a', ifName: 'net1' }
  changed.apply({ put: new Map([[7n, holder]]) })
  changed.apply({ drop: [7n, 8n] })
  expect(changed.change).toBeUndefined()
})
