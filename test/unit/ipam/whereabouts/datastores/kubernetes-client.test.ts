import { describe, expect, test } from 'vitest'
import { kubeconfigAccess } from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { KubernetesClient } from '#ipam/whereabouts/datastores/kubernetes/client.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import type { FakeAnswer } from '#test/lab/fake-http.ts'

const path = '/etc/whereabouts.kubeconfig'
const request = { attempt: 'read it', method: 'GET', path: '/apis/a' } as const
const timeMs = 30_000

function kubeconfig(token: string, cluster: object = {}): string {
  return JSON.stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'local', user: 'us' } }],
    clusters: [{ name: 'local', cluster: { server: 'https://10.96.0.1/base', ...cluster } }],
    users: [{ name: 'us', user: { token } }],
  })
}

/** A host whose server gives these answers in turn, the last of them for good. */
function hostWith(...answers: readonly FakeAnswer[]): FakeHost {
  const host = new FakeHost({ files: { [path]: kubeconfig('old') } })
  let next = 0
  host.http.server = () => answers[Math.min(next++, answers.length - 1)] ?? {}
  return host
}

function open(host: FakeHost): Promise<KubernetesClient> {
  const source = kubeconfigAccess(host.files, path)
  return KubernetesClient.open(host, source, new Deadline(host, timeMs))
}

/** What an answer is told as, if it is a refusal. */
async function wordsOf(answer: FakeAnswer): Promise<string> {
  using client = await open(hostWith(answer))
  return client.refusal(request, await client.request(request)).message
}

describe('a client of a Kubernetes API', () => {
  test('says who it is, and what it sends', async () => {
    const host = hostWith({ status: 201, body: '{"kind":"Pod"}' })
    using client = await open(host)
    const answer = await client.request({ ...request, method: 'POST', body: { a: 1 } })
    expect(answer).toMatchObject({ status: 201, object: { kind: 'Pod' } })
    expect(host.http.requests).toMatchObject([
      {
        origin: 'https://10.96.0.1:443',
        method: 'POST',
        path: '/base/apis/a',
        headers: {
          accept: 'application/json',
          authorization: 'Bearer old',
          'content-type': 'application/json',
        },
        body: '{"a":1}',
        timeoutMs: 10_000,
      },
    ])
  })

  test('reads a kubeconfig again that is just being written', async () => {
    const host = hostWith({})
    const texts = ['', kubeconfig('x').slice(0, 100), kubeconfig('whole')]
    const readText = async () => texts.shift() ?? ''
    const files = Object.assign(Object.create(host.files), { readText })
    const site = { http: host.http, clock: host.clock, files }
    const source = kubeconfigAccess(files, path)
    using client = await KubernetesClient.open(site, source, new Deadline(host, timeMs))
    await client.request(request)
    expect(host.http.requests[0]?.headers?.authorization).toBe('Bearer whole')
  })

  test('does not read one for ever that stays wrong', async () => {
    const host = new FakeHost({ files: { [path]: '' } })
    const before = host.clock.monotonicMs()
    await expect(open(host)).rejects.toThrow(`read kubeconfig ${path}: expected an object`)
    expect(host.clock.monotonicMs() - before).toBeLessThan(1_000)
  })

  test('waits as long as it is told to', async () => {
    const host = hostWith({ status: 503, headers: { 'retry-after': '7' } }, {})
    using client = await open(host)
    const before = host.clock.monotonicMs()
    expect(await client.request(request)).toMatchObject({ status: 200 })
    const waitedMs = host.clock.monotonicMs() - before
    expect(waitedMs).toBeGreaterThanOrEqual(7_000)
    expect(waitedMs).toBeLessThanOrEqual(7_010)
  })

  test('is patient with a server that says when, until its time is over', async () => {
    const host = hostWith({ status: 429, headers: { 'retry-after': '5' }, body: 'busy' })
    using client = await open(host)
    const before = host.clock.monotonicMs()
    const refusal = { failure: 'unreachable', message: 'read it at https://10.96.0.1:443: busy' }
    await expect(client.request(request)).rejects.toMatchObject(refusal)
    expect(host.http.requests).toHaveLength(6)
    // There is no seventh, so nothing is gained by waiting for it.
    expect(host.clock.monotonicMs() - before).toBeLessThan(29_000)
  })

  test('does not wait for moments that nobody can read', async () => {
    const headers = { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }
    const host = hostWith({ status: 503, headers })
    using client = await open(host)
    await expect(client.request(request)).rejects.toThrow('HTTP status 503')
    expect(host.http.requests).toHaveLength(4)
  })

  test('is not patient with one that nobody reaches', async () => {
    const host = hostWith({})
    using client = await open(host)
    host.http.server = undefined
    const message = expect.stringMatching(/^read it: GET https:.*ECONNREFUSED/)
    await expect(client.request(request)).rejects.toMatchObject({ failure: 'unreachable', message })
    expect(host.http.requests).toHaveLength(4)
  })

  test('asks for nothing when its time is over', async () => {
    const host = hostWith({})
    using client = await open(host)
    await host.clock.advance(timeMs)
    const message = 'read it at https://10.96.0.1:443: the time that the call has is over'
    await expect(client.request(request)).rejects.toMatchObject({ failure: 'unreachable', message })
    expect(host.http.requests).toEqual([])
  })

  test('keeps its connection when nothing but the token is new, and else makes another', async () => {
    for (const [cluster, clients] of [
      [{}, 1],
      [{ 'tls-server-name': 'new' }, 2],
    ] as const) {
      const host = hostWith({ status: 401 }, {})
      using client = await open(host)
      host.files.put(path, kubeconfig('new', cluster))
      expect(await client.request(request)).toMatchObject({ status: 200 })
      const tokens = host.http.requests.map(({ headers }) => headers?.authorization)
      expect(tokens).toEqual(['Bearer old', 'Bearer new'])
      expect(host.http.clients).toHaveLength(clients)
    }
  })

  test('gives up when nobody knows the new token either', async () => {
    const host = hostWith({ status: 401 })
    using client = await open(host)
    const answer = await client.request(request)
    expect(host.http.requests).toHaveLength(2)
    const renewal = `read it at https://10.96.0.1:443: HTTP status 401 — renew the token in ${path}`
    expect(client.refusal(request, answer)).toMatchObject({ failure: 'refused', message: renewal })
  })
})

describe('a refusal is told', () => {
  const where = 'read it at https://10.96.0.1:443: '

  test('in the words of the API, on one line', async () => {
    const message = 'a\n\u001b[31mb\tc'
    const body = JSON.stringify({ kind: 'Status', message })
    expect(await wordsOf({ status: 422, body })).toBe(`${where}a [31mb c`)
  })

  test('in few words', async () => {
    const words = await wordsOf({ status: 400, body: 'long '.repeat(1_000) })
    expect(words.length).toBeLessThan(600)
  })

  test('by its number where there are none for people', async () => {
    for (const body of ['', ' \n', '<!DOCTYPE html><title>No</title>']) {
      expect(await wordsOf({ status: 400, body })).toBe(`${where}HTTP status 400`)
    }
  })

  test('with what is missing', async () => {
    expect(await wordsOf({ status: 404, body: '404 page not found' })).toMatch(/crds.yaml/)
    const details = { name: 'nowhere', kind: 'namespaces' }
    const body = JSON.stringify({ message: 'no', details })
    expect(await wordsOf({ status: 404, body })).toBe(`${where}no`)
    expect(await wordsOf({ status: 403 })).toMatch(/rbac.yaml/)
  })
})
