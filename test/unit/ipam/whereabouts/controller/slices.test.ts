import { describe, expect, test } from 'vitest'
import { heldSlots } from '#ipam/whereabouts/controller/slices/held-slots.ts'
import { planSlots, type SlotSituation } from '#ipam/whereabouts/controller/slices/plan-slots.ts'
import {
  canCut,
  findSliceLength,
  slotRanges,
} from '#ipam/whereabouts/controller/slices/slot-ranges.ts'
import { rangeOf } from '#test/unit/ipam/whereabouts/pools.ts'
import { poolOf } from './cluster-store.ts'

function slotsOf(keys: Parameters<typeof rangeOf>[0], length: number): readonly string[] {
  const { subnet: range, parts } = rangeOf(keys)
  return slotRanges({ range, length, parts })
}

describe('the slots of a range', () => {
  test('are all of it', () => {
    const expected = ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/26', '10.0.0.192/26']
    expect(slotsOf({ range: '10.0.0.0/24' }, 26)).toEqual(expected)
  })

  test('are those in which there is something to give', () => {
    const exclude = ['10.0.0.64/26', '10.0.0.130', '10.0.0.192/27']
    const keys = {
      range: '10.0.0.0/24',
      range_start: '10.0.0.10',
      range_end: '10.0.0.240',
      exclude,
    }
    expect(slotsOf(keys, 26)).toEqual(['10.0.0.0/26', '10.0.0.128/26', '10.0.0.192/26'])
    expect(slotsOf({ ...keys, range_end: '10.0.0.223' }, 26)).toHaveLength(2)
  })

  test('are of IPv6 as well', () => {
    const keys = {
      range: 'fd00::/32',
      range_start: 'fd00:0:ffff:ffff::',
      range_end: 'fd00:0:ffff:ffff::9',
    }
    expect(slotsOf(keys, 64)).toEqual(['fd00:0:ffff:ffff::/64'])
  })

  test('are as many as an object has room for', () => {
    const slots = slotsOf({ range: 'fd00::/32' }, 112)
    expect(slots).toHaveLength(20_000)
    expect(slots.at(-1)).toBe('fd00::4e1f:0/112')
  })
})

test.each([
  ['/24', 24],
  ['24', 24],
  [' /64 ', 64],
  ['x', undefined],
  ['/-1', undefined],
])('the size %j is %j', (text, length) => {
  expect(findSliceLength(text)).toBe(length)
})

test('a range is cut into parts that are not larger than itself', () => {
  const { subnet: range } = rangeOf({ range: '10.0.0.0/24' })
  expect([23, 24, 32, 33].map((length) => canCut({ range, length }))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

const [a, b, c] = ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/26']

function plan(situation: Partial<SlotSituation>) {
  const whole = {
    current: [],
    wanted: [a, b, c],
    nodes: [],
    isGone: () => true,
    holders: new Map(),
  }
  return planSlots({ ...whole, ...situation })
}

function slots(...nodes: readonly string[]) {
  return [a, b, c].map((range, index) => ({ range, node: nodes[index] ?? '' }))
}

describe('a node', () => {
  test('takes the first slot that is free', () => {
    const current = slots('', 'old')
    expect(plan({ current, nodes: ['new', 'old'] })).toMatchObject({ slots: slots('new', 'old') })
  })

  test('gets none when there is none left', () => {
    const planned = plan({ nodes: ['4', '3', '2', '1'] })
    expect(planned).toMatchObject({ slots: slots('1', '2', '3'), without: ['4'] })
  })

  test('that is gone gives its slot to others', () => {
    const planned = plan({ current: slots('gone'), nodes: ['new'] })
    expect(planned).toMatchObject({ slots: slots('new'), waitingFor: [] })
  })

  test('that is away for a moment keeps its slot', () => {
    const planned = plan({ current: slots('away'), nodes: ['new'], isGone: () => false })
    expect(planned).toMatchObject({ slots: slots('away', 'new'), waitingFor: ['away'] })
  })

  test('that is gone keeps its slot while its pods have addresses of it', () => {
    const holders = new Map([[a, 'gone']])
    const planned = plan({ current: slots('gone'), nodes: ['new'], holders })
    expect(planned).toMatchObject({ slots: slots('gone', 'new'), waitingFor: ['gone'] })
  })

  test('gets back the slot that its pods have addresses of, when nothing else is known', () => {
    const planned = plan({ nodes: ['1', '2'], holders: new Map([[a, '2']]) })
    expect(planned).toMatchObject({ slots: slots('2', '1') })
  })
})

describe('a range that is cut anew', () => {
  test('keeps the slots that mean the same', () => {
    const planned = plan({ current: slots('1', '2'), wanted: [b, c], nodes: ['1', '2'] })
    expect(planned).toMatchObject({
      slots: [
        { range: b, node: '2' },
        { range: c, node: '1' },
      ],
    })
  })

  test('is not, while somebody has an address of a slot that would go', () => {
    const holders = new Map([[a, '1']])
    const refused = plan({ current: slots('1', '2'), wanted: [b, c], nodes: ['1', '2'], holders })
    expect(refused).toEqual({ kind: 'refused', slot: { range: a, node: '1' } })
  })
})

describe('slots that pods have addresses of', () => {
  const range = '10.0.0.0/26'
  const nodes = new Set(['node-1', 'blue-node'])
  const none = { networkName: undefined, otherNetworks: new Set(['blue']), nodes }
  const held = (name: string, names: Parameters<typeof heldSlots>[1] = none) => {
    return heldSlots([poolOf(name, range, { 1: 'ns/a' })], names).get(range)
  }

  test('are those of pools of nodes', () => {
    expect(held('node-1-10.0.0.0-26')).toBe('node-1')
    expect(held('node-9-10.0.0.0-26')).toBe('node-9')
    expect(held('10.0.0.0-26')).toBeUndefined()
    expect(heldSlots([poolOf('node-1-10.0.0.0-26', range, {})], none).size).toBe(0)
  })

  test('are those of the same network name', () => {
    const blue = { ...none, networkName: 'blue' }
    expect(held('blue-node-1-10.0.0.0-26', blue)).toBe('node-1')
    expect(held('green-node-1-10.0.0.0-26', blue)).toBeUndefined()
    expect(held('blue-node-1-10.0.0.0-26')).toBeUndefined()
    expect(held('blue-node-10.0.0.0-26')).toBe('blue-node')
  })
})
