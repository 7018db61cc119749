import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { openEtcd } from '#ipam/whereabouts/datastores/etcd.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import { type SingleEtcd, startEtcd } from '#test/lab/etcd-server.ts'
import { giveLowest } from '#test/lab/pool-entries.ts'
import { Wire } from '#test/lab/wire.ts'
import { Workshop } from '#test/lab/workshop.ts'

let workshop: Workshop
let etcd: SingleEtcd
/** A way to etcd through which nothing comes back. */
let silent: Wire

const allRequests = /^POST /
const never = new Promise<never>(() => {})

beforeAll(async () => {
  workshop = new Workshop()
  etcd = await startEtcd(workshop)
})

afterAll(() => workshop.dispose())

beforeEach(async () => {
  silent = await Wire.open(workshop, etcd.place, allRequests)
  silent.beforeChanges(() => never)
})

test('the next member is asked when one says nothing, and is asked first from then on', async () => {
  const good = await Wire.open(workshop, etcd.place, allRequests)
  const asked: string[] = []
  silent.beforeChanges(() => {
    asked.push('silent')
    return never
  })
  good.beforeChanges(async () => void asked.push('good'))
  // Less than a single answer may take.
  using store = await openEtcdAt([silent.origin, good.origin], { timeMs: 9_000 })
  await store.probe()
  expect(asked[0]).toBe('silent')
  asked.length = 0
  await store.probe()
  expect(asked[0]).toBe('good')
})

test('the next member is asked when one is gone', async () => {
  const gone = ['http://127.0.0.1:1', 'http://127.0.0.1:2']
  using store = await openEtcdAt([...gone, etcd.clientUrl])
  await store.probe()
})

test('a member that says nothing is asked again', async () => {
  let count = 0
  silent.beforeChanges(() => {
    count += 1
    return count < 3 ? never : Promise.resolve()
  })
  using store = await openEtcdAt([silent.origin], { timeMs: 9_000 })
  await store.probe()
  expect(count).toBeGreaterThanOrEqual(3)
})

test('each member that is of no use is named, and why', async () => {
  const endpoints = ['http://127.0.0.1:1', silent.origin]
  using store = await openEtcdAt(endpoints, { timeMs: 2_000 })
  await expect(store.probe()).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringMatching(
      /^ask in etcd: .*127\.0\.0\.1:1\/.* ECONNREFUSED .*; .* ETIMEDOUT /,
    ),
  })
})

test('why a member was of no use is not forgotten when there is no time for an answer', async () => {
  silent.beforeChanges(() => {
    if (silent.changes.length > 1) return never
    silent.cut()
    silent.mend()
    return never
  })
  using store = await openEtcdAt([silent.origin], { timeMs: 2_000 })
  await expect(store.probe()).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringMatching(/ECONNRESET [^;]* — look at http and https in etcd_host$/),
  })
  expect(silent.changes.length).toBeGreaterThan(1)
})

test('time that is over when others were faster before was theirs', async () => {
  const wire = await Wire.open(workshop, etcd.place, /^POST \/v3\/kv\/txn /)
  using rival = await openEtcdAt([etcd.clientUrl])
  wire.beforeChanges(async () => {
    if (wire.changes.length > 1) await never
    await giveLowest(rival, 'rival')
  })
  using store = await openEtcdAt([wire.origin], { timeMs: 2_000 })
  await expect(giveLowest(store, 'b')).rejects.toMatchObject({ failure: 'contended' })
})

test('the first member to be asked is another one each time', async () => {
  const wires = await Promise.all([1, 2].map(() => Wire.open(workshop, etcd.place, allRequests)))
  const endpoints = wires.map(({ origin }) => origin)
  const host = nodeHost()
  for (const byte of [0, 1, 2, 255]) {
    const site = { ...host, random: { bytes: () => Uint8Array.of(byte) } }
    using store = await openEtcd(site, { kind: 'etcd', endpoints }, new Deadline(host, 30_000))
    await store.probe()
  }
  expect(wires.map(({ changes }) => changes.length)).toEqual([2, 2])
})
