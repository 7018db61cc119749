import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import {
  type EtcdctlAccess,
  etcdctl,
  etcdEntries,
  type SingleEtcd,
  startEtcd,
} from '#test/lab/etcd-server.ts'
import { change, giveLowest, podsIn, pool, putting, reservationOf } from '#test/lab/pool-entries.ts'
import { Wire } from '#test/lab/wire.ts'
import { Workshop } from '#test/lab/workshop.ts'

const root = '/netwright/whereabouts/v1/'
const folder = `${root}pools/10.0.0.0-16/`
let workshop: Workshop
let etcd: SingleEtcd
let access: EtcdctlAccess
let store: Datastore

beforeAll(async () => {
  workshop = new Workshop()
  etcd = await startEtcd(workshop)
  access = { endpoints: [etcd.clientUrl] }
})

afterAll(() => workshop.dispose())

beforeEach(async () => {
  etcdctl(access, 'del', '--prefix', '/')
  store = await openEtcdAt([etcd.clientUrl])
  return () => store[Symbol.dispose]()
})

/** What etcdctl finds under a text, decoded. */
function entriesUnder(prefix: string): Readonly<Record<string, unknown>> {
  const entries = [...etcdEntries(access, prefix)]
  return Object.fromEntries(entries.map(([key, value]) => [key, value && JSON.parse(value)]))
}

describe('in etcd', () => {
  test('a pool is what it is called, and blocks of 64 offsets that have entries', async () => {
    await change(store, putting({ 63: 'a', 64: 'b', 65535: 'c' }))
    const entryOf = (pod: string) => ({
      id: `id-of-${pod}`,
      podref: `default/${pod}`,
      ifname: 'net1',
    })
    expect(entriesUnder('/')).toEqual({
      [`${folder}000000000000000000`]: { 63: entryOf('a') },
      [`${folder}000000000000000001`]: { 64: entryOf('b') },
      [`${folder}000000000000001023`]: { 65535: entryOf('c') },
      [`${folder}about`]: { range: '10.0.0.0/16' },
    })
    await change(store, { drop: [64n, 65_535n] })
    expect(Object.keys(entriesUnder(`${folder}0`))).toEqual([`${folder}000000000000000000`])
  })

  test('a reservation is a key of its own', async () => {
    await store.reserve(reservationOf('a'))
    await store.reserve({ ...reservationOf('b', 'fd00::'), networkName: 'blue' })
    expect(entriesUnder('/')).toEqual({
      [`${root}reservations//10.0.0.7`]: { podref: 'default/a', ifname: 'net1' },
      [`${root}reservations/blue/fd00::`]: { podref: 'default/b', ifname: 'net1' },
    })
  })

  test('no name of a network leads to the keys of another', async () => {
    const outer = { range: parseIpPrefix('10.0.0.0/16'), networkName: 'blue' }
    const inner = { ...outer, networkName: 'blue-10.0.0.0-16/9%2F' }
    await change(store, putting({ 1: 'a' }), inner)
    await change(store, putting({ 1: 'b' }), outer)
    await store.reserve({ ...reservationOf('a'), networkName: '/10.0.0.7' })
    expect(podsIn(await store.findPool(outer))).toEqual({ 1: 'b' })
    expect(podsIn(await store.findPool(inner))).toEqual({ 1: 'a' })
    expect(await store.listReservations(undefined)).toEqual(new Map())
  })

  test('a block that is not JSON is named, and stays', async () => {
    etcdctl(access, 'put', `${folder}000000000000000007`, 'beyond repair')
    for (const attempt of [() => store.findPool(pool), () => giveLowest(store, 'a')]) {
      await expect(attempt()).rejects.toMatchObject({
        name: 'DatastoreError',
        failure: 'refused',
        message: expect.stringContaining(`${folder}000000000000000007`),
      })
    }
    expect(etcdEntries(access, '/')).toEqual(
      new Map([[`${folder}000000000000000007`, 'beyond repair']]),
    )
  })

  test('a reservation that nobody can read is no reservation', async () => {
    etcdctl(access, 'put', `${root}reservations//10.0.0.7`, 'beyond repair')
    expect(await store.listReservations(undefined)).toEqual(new Map())
    expect(await store.reserve(reservationOf('a'))).toBeUndefined()
    expect(await store.reserve(reservationOf('b'))).toEqual(reservationOf('a'))
  })
})

describe('a request that arrives once more, late,', () => {
  /** What becomes of the changes that were asked for, when they are asked for again. */
  async function repeat(changes: readonly string[]): Promise<readonly unknown[]> {
    return await Promise.all(
      changes.map(async (body) => {
        const answer = await fetch(`${etcd.clientUrl}/v3/kv/txn`, { method: 'POST', body })
        return Object(await answer.json()).succeeded
      }),
    )
  }

  test('does not give back to a pod what it had', async () => {
    const wire = await Wire.open(workshop, etcd.place, /^POST \/v3\/kv\/txn /)
    using late = await openEtcdAt([wire.origin])
    await giveLowest(late, 'a')
    await late.reserve(reservationOf('a'))
    await change(store, { drop: [0n] })
    await store.unreserve(reservationOf('a'))
    expect(wire.changes).toHaveLength(2)
    expect(await repeat(wire.changes)).toEqual([undefined, undefined])
    expect(podsIn(await store.findPool(pool))).toEqual({})
    expect(await store.listReservations(undefined)).toEqual(new Map())
  })

  test('does not take from a pod what it has again', async () => {
    const wire = await Wire.open(workshop, etcd.place, /^POST \/v3\/kv\/txn /)
    using late = await openEtcdAt([wire.origin])
    await giveLowest(store, 'a')
    await store.reserve(reservationOf('a'))
    await change(late, { drop: [0n] })
    await late.unreserve(reservationOf('a'))
    await giveLowest(store, 'a')
    await store.reserve(reservationOf('a'))
    expect(wire.changes).toHaveLength(2)
    expect(await repeat(wire.changes)).toEqual([undefined, undefined])
    expect(podsIn(await store.findPool(pool))).toEqual({ 0: 'a' })
    expect(await store.reserve(reservationOf('b'))).toEqual(reservationOf('a'))
  })
})

test('a whole /16 of long names fits, and an address more in it', {
  timeout: 180_000,
}, async () => {
  const name = 'n'.repeat(63)
  const offsets = Array.from({ length: 65_535 }, (_, n) => n)
  const pods = Object.fromEntries(offsets.map((n) => [n, `${name}-${n}`]))
  using patient = await openEtcdAt([etcd.clientUrl], { timeMs: 150_000 })
  await change(patient, putting(pods))
  expect(await giveLowest(patient, 'the-last')).toBe(65_535n)
  expect(podsIn(await patient.findPool(pool))).toEqual({ ...pods, 65535: 'the-last' })
  await change(patient, { drop: [...offsets, 65_535].map(BigInt) })
  expect(Object.keys(entriesUnder(`${folder}0`))).toEqual([])
})

test('etcd that is full says so, and what to do', async () => {
  const { clientUrl } = await startEtcd(workshop, { flags: ['--quota-backend-bytes', '1000000'] })
  using small = await openEtcdAt([clientUrl])
  const pods = Object.fromEntries(Array.from({ length: 4096 }, (_, n) => [n, `pod-${n}`]))
  // It looks at its size when it has written, which is some time later.
  const fill = async () => {
    for (;;) await change(small, putting(pods))
  }
  await expect(fill()).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/database space exceeded — compact and defragment/),
  })
})
