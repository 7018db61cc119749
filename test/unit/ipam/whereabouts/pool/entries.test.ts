import { expect, test } from 'vitest'
import { readAllocations, toEntry } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { applyChange } from '#ipam/whereabouts/pool/apply-change.ts'

const entry = { id: 'c1', podref: 'ns/pod', ifname: 'net1' }
const allocation = { containerId: 'c1', podRef: 'ns/pod', ifName: 'net1' }

test('entries are read by their offsets, from all the documents of a pool', () => {
  const table = readAllocations({ 1: entry }, { [`${2n ** 63n - 1n}`]: entry, 0: entry })
  expect([...table].map(([offset]) => offset).sort()).toEqual([0n, 1n, 2n ** 63n - 1n])
  expect(table.size).toBe(3)
  expect(table.get(1n)).toEqual(allocation)
  expect(table.get(2n)).toBeUndefined()
})

test('entries of old versions have no interface', () => {
  const table = readAllocations({ 1: { id: 'c1', podref: 'ns/pod' } })
  expect(table.get(1n)).toEqual({ ...allocation, ifName: '' })
  expect(toEntry({ ...allocation, ifName: '' })).toEqual({ id: 'c1', podref: 'ns/pod' })
})

test.each([
  '',
  '-1',
  '-0',
  '01',
  '1.5',
  'x',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  `${2n ** 63n}`,
  ' 1',
])('an entry at %j is nobody’s, and stays', (key) => {
  const entries = { [key]: entry }
  expect(readAllocations(entries).size).toBe(0)
  expect(applyChange(entries, { put: new Map([[5n, allocation]]) })).toEqual({
    [key]: entry,
    5: entry,
  })
})

test.each([null, 5, 'text', [], {}, { id: 'c1' }, { id: 1, podref: 'a/b' }])(
  '%j is nobody’s entry',
  (value) => {
    expect(readAllocations({ 1: value }).size).toBe(0)
  },
)

test.each([undefined, null, 'text', []])('%j is an empty pool', (document) => {
  expect(readAllocations(document).size).toBe(0)
})

test('a change writes over what is there, and removes', () => {
  const put = new Map([[1n, { ...allocation, containerId: 'c2' }]])
  expect(applyChange({ 1: entry, 2: entry, 3: entry }, { put, drop: [2n, 9n] })).toEqual({
    1: { ...entry, id: 'c2' },
    3: entry,
  })
})

test('the lowest address of a pod’s interface is the one it has', () => {
  const other = { ...entry, ifname: 'net2' }
  const table = readAllocations({ 9: entry, 2: other, 4: entry })
  expect(table.findOfPod('ns/pod', 'net1')).toBe(4n)
  expect(table.findOfPod('ns/pod', 'net2')).toBe(2n)
  expect(table.findOfPod('ns/pod', 'net3')).toBeUndefined()
})
