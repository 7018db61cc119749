import { describe, expect, test } from 'vitest'
import { poolPatch } from '#ipam/whereabouts/datastores/kubernetes/pool-patch.ts'
import type { Allocation, PoolChange } from '#ipam/whereabouts/pool/pool.ts'

const entries = {
  1: { id: 'one', podref: 'default/a', ifname: 'net1' },
  2: { id: 'two', podref: 'default/b' },
  3: { id: 'three', podref: 'default/c', ifname: '' },
}
const pool = { version: '77', range: '10.0.0.0/24', isTracked: false, entries }
const version = { op: 'test', path: '/metadata/resourceVersion', value: '77' }

function allocation(containerId: string, podRef: string, ifName = 'net1'): Allocation {
  return { containerId, podRef, ifName }
}

function put(offset: bigint, value: Allocation): PoolChange {
  return { put: new Map([[offset, value]]) }
}

describe('the patch of a pool', () => {
  test('has the API forget who wrote what, if something changes', () => {
    const tracked = { ...pool, isTracked: true }
    const untracking = { op: 'replace', path: '/metadata/managedFields', value: [{}] }
    const [first, ...rest] = poolPatch(tracked, { drop: [1n] })
    expect([first, rest.at(-1)]).toEqual([version, untracking])
    expect(poolPatch(tracked, {})).toEqual([])
  })

  test('fills a slot that has to be empty', () => {
    const path = '/spec/allocations/5'
    const value = { id: 'five', podref: 'default/c', ifname: 'net1' }
    expect(poolPatch(pool, put(5n, allocation('five', 'default/c')))).toEqual([
      version,
      { op: 'test', path, value: null },
      { op: 'add', path, value },
    ])
  })

  test('changes nothing but the container, where nothing else is new', () => {
    const path = '/spec/allocations/1/id'
    expect(poolPatch(pool, put(1n, allocation('new', 'default/a')))).toEqual([
      version,
      { op: 'replace', path, value: 'new' },
    ])
    for (const [offset, podRef] of [
      [2n, 'default/b'],
      [3n, 'default/c'],
    ] as const) {
      const patch = poolPatch(pool, put(offset, allocation('new', podRef, '')))
      expect(patch[1]?.path).toBe(`/spec/allocations/${offset}/id`)
    }
  })

  test('replaces what is another pod, or another interface', () => {
    for (const [podRef, ifName] of [
      ['default/z', 'net1'],
      ['default/a', 'net2'],
      ['default/a', ''],
    ] as const) {
      const value = { id: 'one', podref: podRef, ...(ifName && { ifname: ifName }) }
      expect(poolPatch(pool, put(1n, allocation('one', podRef, ifName)))).toEqual([
        version,
        { op: 'replace', path: '/spec/allocations/1', value },
      ])
    }
  })

  test('removes what is there', () => {
    expect(poolPatch(pool, { drop: [1n, 9n] })).toEqual([
      version,
      { op: 'remove', path: '/spec/allocations/1' },
    ])
  })

  test('is empty when nothing has to change', () => {
    expect(poolPatch(pool, {})).toEqual([])
    expect(poolPatch(pool, { drop: [9n] })).toEqual([])
    expect(poolPatch(pool, put(1n, allocation('one', 'default/a')))).toEqual([])
  })

  test('tests all empty slots before it changes anything', () => {
    const change = { ...put(5n, allocation('five', 'default/c')), drop: [1n] }
    expect(poolPatch(pool, change).map(({ op }) => op)).toEqual(['test', 'test', 'add', 'remove'])
  })
})
