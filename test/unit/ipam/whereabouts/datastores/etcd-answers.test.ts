import { describe, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { openEtcd } from '#ipam/whereabouts/datastores/etcd.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import type { FakeAnswer } from '#test/lab/fake-http.ts'

const endpoints = ['http://10.0.0.1:2379', 'http://10.0.0.2:2379']
const pool = { range: parseIpPrefix('10.7.0.0/24') }

/** What looking for a pool comes to when etcd gives these answers in turn, the last of them for good. */
async function findPool(...answers: readonly FakeAnswer[]): Promise<unknown> {
  const host = new FakeHost()
  let next = 0
  host.http.server = () => answers[Math.min(next++, answers.length - 1)] ?? {}
  using store = await openEtcd(host, { kind: 'etcd', endpoints }, new Deadline(host, 10_000))
  return await store.findPool(pool)
}

function json(answer: unknown): FakeAnswer {
  return { body: JSON.stringify(answer) }
}

const header = { revision: '7' }
const empty = json({ header })

describe('an answer of etcd that makes no sense is refused:', () => {
  const key = Buffer.from('/x').toString('base64')
  test.for([
    ['nothing', {}],
    ['not JSON', { body: '<html>' }],
    ['a list', json([])],
    ['without header', json({ kvs: [] })],
    ['with another header', json({ header: 7 })],
    ['with a revision that is a number', json({ header: { revision: 7 } })],
    ['with a revision below 0', json({ header: { revision: '-7' } })],
    ['with entries that are no list', json({ header, kvs: {} })],
    ['with an entry that is null', json({ header, kvs: [null] })],
    ['with a key that is missing', json({ header, kvs: [{ value: key }] })],
    ['with a key that is not base64', json({ header, kvs: [{ key: '/x' }] })],
    ['with a value that is not UTF-8', json({ header, kvs: [{ key, value: '/w==' }] })],
    ['with a value that is a number', json({ header, kvs: [{ key, value: 7 }] })],
  ] as const)('%s', async ([, answer]) => {
    await expect(findPool(answer)).rejects.toMatchObject({
      name: 'DatastoreError',
      failure: 'refused',
      message: expect.stringMatching(
        /^read pool 10\.7\.0\.0-24 in etcd http:\/\/10\.0\.0\.1:2379: /,
      ),
    })
  })
})

test('an answer that promises more, and has nothing, is the end', async () => {
  expect(await findPool(json({ header, more: true }))).toBeUndefined()
})

describe('another member is asked when one', () => {
  test.for([
    ['has no leader', { code: 14, error: 'etcdserver: no leader' }],
    ['has waited for too long', { code: 4, error: 'context deadline exceeded' }],
    ['is ending', { code: 1, error: 'grpc: the client connection is closing' }],
    ['has lost a change', { code: 2, error: 'raft proposal dropped' }],
    ['has too much to do', { code: 8, error: 'etcdserver: too many requests' }],
  ] as const)('%s', async ([, refusal]) => {
    expect(await findPool({ ...json(refusal), status: 503 }, empty)).toBeUndefined()
  })

  test('is not there behind a proxy', async () => {
    expect(await findPool({ status: 502, body: '<html>' }, empty)).toBeUndefined()
  })
})

describe('no other is asked when one', () => {
  test.for([
    ['does not know us', 401, { code: 16, error: 'etcdserver: invalid auth token' }],
    ['is full', 429, { code: 8, error: 'etcdserver: mvcc: database space exceeded' }],
    ['has another API', 404, '404 page not found'],
  ] as const)('%s', async ([, status, body]) => {
    const text = typeof body === 'string' ? body : body.error
    const answer = { ...(typeof body === 'string' ? { body } : json(body)), status }
    await expect(findPool(answer, empty)).rejects.toMatchObject({
      failure: 'refused',
      message: expect.stringContaining(text),
    })
  })
})

test('members that say nothing are asked in turn, with more patience each time', async () => {
  const host = new FakeHost()
  host.http.server = async ({ timeoutMs }) => {
    await host.clock.sleep(timeoutMs)
    throw fakeError('ETIMEDOUT', 'POST', 'nobody')
  }
  using store = await openEtcd(host, { kind: 'etcd', endpoints }, new Deadline(host, 10_000))
  await expect(store.probe()).rejects.toMatchObject({ failure: 'unreachable' })
  const [first, second, ...later] = host.http.requests.map(({ timeoutMs }) => timeoutMs)
  expect([first, second, ...later.slice(0, 4)]).toEqual([500, 500, 1000, 1000, 2000, 2000])
  expect(new Set(host.http.requests.map(({ origin }) => origin))).toEqual(new Set(endpoints))
})
