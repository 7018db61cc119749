import fc, { constantFrom, integer, property, record, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { type AllocationOrder, allocate } from '#ipam/whereabouts/pool/allocation.ts'
import type { Allocation } from '#ipam/whereabouts/pool/pool.ts'
import { restOf } from '#ipam/whereabouts/pool/resting.ts'
import { excludes, rangeOf, tableOf } from '#test/unit/ipam/whereabouts/pools.ts'

const holder: Allocation = { containerId: 'c1', podRef: 'ns/pod', ifName: 'net1' }
const other: Allocation = { containerId: 'c2', podRef: 'ns/other', ifName: 'net1' }

function ask(keys: Partial<AllocationOrder> & Pick<AllocationOrder, 'range'>): AllocationOrder {
  return { holder, blocked: new Set(), nowMs: 1_000_000, ...keys }
}

function given(address: string, more: object = {}) {
  return { kind: 'given', address: parseIpAddress(address), ...more }
}

test('gives the lowest address that is free, and neither the first nor the last', () => {
  const range = rangeOf({ range: '10.0.0.0/29' })
  expect(allocate(tableOf({}), ask({ range })).outcome).toEqual(given('10.0.0.1'))
  const taken = tableOf({ 1: other, 2: other, 4: other })
  expect(allocate(taken, ask({ range }))).toEqual({
    outcome: given('10.0.0.3'),
    change: { put: new Map([[3n, holder]]) },
  })
  const full = tableOf({ 1: other, 2: other, 3: other, 4: other, 5: other, 6: other })
  expect(allocate(full, ask({ range }))).toEqual({ outcome: { kind: 'full' } })
})

test('never gives the gateway', () => {
  const range = rangeOf({ range: '10.0.0.0/30', gateway: '10.0.0.1' })
  expect(allocate(tableOf({}), ask({ range })).outcome).toEqual(given('10.0.0.2'))
  expect(allocate(tableOf({ 2: other }), ask({ range })).outcome).toEqual({ kind: 'full' })
})

test('gives of an IPv6 network that starts high', () => {
  const range = rangeOf({ range: 'fd00::/64', range_start: 'fd00::7fff:ffff:ffff:fffd' })
  const start = 0x7fff_ffff_ffff_fffdn
  const taken = tableOf({ [`${start}`]: other })
  expect(allocate(taken, ask({ range })).outcome).toEqual(given('fd00::7fff:ffff:ffff:fffe'))
})

describe('a pod that has an address', () => {
  const range = rangeOf({ range: '10.0.0.0/24', exclude: ['10.0.0.200'] })

  test('keeps it, with nothing to write', () => {
    const taken = tableOf({ 9: holder })
    expect(allocate(taken, ask({ range }))).toEqual({ outcome: given('10.0.0.9') })
  })

  test('keeps it in a new container, which takes it over', () => {
    const taken = tableOf({ 9: { ...holder, containerId: 'before' } })
    const change = { put: new Map([[9n, holder]]) }
    expect(allocate(taken, ask({ range }))).toEqual({ outcome: given('10.0.0.9'), change })
  })

  test('keeps it where it is excluded now', () => {
    const taken = tableOf({ 200: holder })
    expect(allocate(taken, ask({ range })).outcome).toEqual(given('10.0.0.200'))
  })

  test('has another on another interface', () => {
    const taken = tableOf({ 1: { ...holder, ifName: 'net2' } })
    expect(allocate(taken, ask({ range })).outcome).toEqual(given('10.0.0.2'))
  })

  test('gets the one that it asks for instead', () => {
    const wanted = parseIpAddress('10.0.0.70')
    expect(allocate(tableOf({ 9: holder }), ask({ range, wanted }))).toEqual({
      outcome: given('10.0.0.70', { left: parseIpAddress('10.0.0.9') }),
      change: { put: new Map([[70n, holder]]), drop: [9n] },
    })
  })

  test('leaves it when somebody has it through another pool', () => {
    const order = ask({ range, blocked: new Set([1n, 2n]) })
    expect(allocate(tableOf({ 1: holder }), order)).toEqual({
      outcome: given('10.0.0.3', { left: parseIpAddress('10.0.0.1') }),
      change: { put: new Map([[3n, holder]]), drop: [1n] },
    })
  })

  test('leaves it when there is no other', () => {
    const small = rangeOf({ range: '10.0.0.0/30' })
    const order = ask({ range: small, blocked: new Set([1n]) })
    expect(allocate(tableOf({ 1: holder, 2: other }), order)).toEqual({
      outcome: { kind: 'full' },
      change: { drop: [1n] },
    })
  })

  test('has none where its entry is of no address of the network', () => {
    const taken = tableOf({ 4294967296: holder })
    expect(allocate(taken, ask({ range })).outcome).toEqual(given('10.0.0.1'))
  })
})

describe('a pod that asks for an address', () => {
  const range = rangeOf({ range: '10.0.0.0/24', exclude: ['10.0.0.128/25'] })

  test('gets it, excluded or not', () => {
    const wanted = parseIpAddress('10.0.0.130')
    const change = { put: new Map([[130n, holder]]) }
    expect(allocate(tableOf({}), ask({ range, wanted }))).toEqual({
      outcome: given('10.0.0.130'),
      change,
    })
  })

  test('gets none when somebody has it', () => {
    const wanted = parseIpAddress('10.0.0.5')
    const outcome = { kind: 'taken', holder: other }
    expect(allocate(tableOf({ 5: other }), ask({ range, wanted }))).toEqual({ outcome })
    const blocked = new Set([5n])
    expect(allocate(tableOf({}), ask({ range, wanted, blocked }))).toEqual({
      outcome: { kind: 'taken' },
    })
  })
})

describe('an address that was given back a moment ago', () => {
  const range = rangeOf({ range: '10.0.0.0/29' })
  const taken = tableOf({ 1: restOf(other, 2_000_000), 2: other })

  test('is nobody else’s until it has rested', () => {
    expect(allocate(taken, ask({ range, nowMs: 1_999_999 })).outcome).toEqual(given('10.0.0.3'))
    expect(allocate(taken, ask({ range, nowMs: 2_000_000 })).outcome).toEqual(given('10.0.0.1'))
  })

  test('goes to its pod when that comes back', () => {
    const again = { ...other, containerId: 'c3' }
    expect(allocate(taken, ask({ range, holder: again })).outcome).toEqual(given('10.0.0.1'))
  })

  test('can be asked for when it has rested', () => {
    const wanted = parseIpAddress('10.0.0.1')
    const early = allocate(taken, ask({ range, wanted }))
    expect(early.outcome).toMatchObject({ kind: 'taken' })
    expect(allocate(taken, ask({ range, wanted, nowMs: 2_000_000 })).outcome).toEqual(
      given('10.0.0.1'),
    )
  })
})

test('gives what somebody gives who tries each address in turn', () => {
  const scene = record({
    taken: uniqueArray(integer({ min: 0, max: 31 }), { maxLength: 32 }),
    exclude: uniqueArray(
      constantFrom('10.0.0.0/30', '10.0.0.8/29', '10.0.0.13', '10.0.0.28/30', '10.9.0.0/16'),
    ),
    start: integer({ min: 0, max: 31 }),
    blocked: uniqueArray(integer({ min: 0, max: 31 }), { maxLength: 4 }),
  })
  const agrees = property(scene, ({ taken, exclude, start, blocked }) => {
    const keys = { range: '10.0.0.0/27', range_start: `10.0.0.${Math.min(start, 27)}`, exclude }
    const range = rangeOf(keys)
    const order = ask({ range, blocked: new Set(blocked.map(BigInt)) })
    const pool = tableOf(Object.fromEntries(taken.map((offset) => [offset, other])))
    const free = Array.from({ length: 30 }, (_, index) => index + 1).find(
      (offset) =>
        offset >= Math.min(start, 27) &&
        !taken.includes(offset) &&
        !blocked.includes(offset) &&
        !exclude.some((entry) => excludes(entry, offset)),
    )
    const expected = free === undefined ? { kind: 'full' } : given(`10.0.0.${free}`)
    expect(allocate(pool, order).outcome).toEqual(expected)
  })
  fc.assert(agrees)
})

test('finds the last address of a large network among all the others', () => {
  const range = rangeOf({ range: '10.1.0.0/16' })
  const entries = Array.from({ length: 65_533 }, (_, index) => [index + 1, other] as const)
  const taken = tableOf(Object.fromEntries(entries))
  expect(allocate(taken, ask({ range })).outcome).toEqual(given('10.1.255.254'))
})
