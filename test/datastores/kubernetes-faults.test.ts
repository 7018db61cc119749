import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { Authority, type Identity } from '#test/lab/certificates.ts'
import { type FaultProxy, startFaultProxy } from '#test/lab/fault-proxy.ts'
import { customPath, KubernetesApi, tokens } from '#test/lab/kubernetes-api.ts'
import {
  type KubeconfigContent,
  openKubernetesWith,
  writeKubeconfig,
} from '#test/lab/kubernetes-datastore.ts'
import { change, giveLowest, pool, putting, reservationOf } from '#test/lab/pool-entries.ts'
import { Workshop } from '#test/lab/workshop.ts'

let workshop: Workshop
let api: KubernetesApi
/** Of somebody who may do everything. */
let admin: Identity
/** What a call says before the custom resources are defined. */
let undefinedKind: unknown
let namespace: string
let namespaces = 0

beforeAll(async () => {
  workshop = new Workshop()
  api = new KubernetesApi(workshop)
  await api.start()
  admin = api.authority.issue('admin', { subject: '/O=system:masters/CN=admin' })
  undefinedKind = await refusalOf({ user: filesOf(admin) }, (store) => store.findPool(pool))
  await api.apply('deploy/whereabouts/crds.yaml')
  await api.apply('deploy/whereabouts/rbac.yaml')
})

afterAll(() => workshop.dispose())

beforeEach(async () => {
  namespaces += 1
  namespace = await api.namespace(`test-${namespaces}`)
})

function filesOf({ certificate, key }: Identity): Readonly<Record<string, string>> {
  return { 'client-certificate': certificate, 'client-key': key }
}

/** A kubeconfig for the namespace of the test. */
function write(content: KubeconfigContent = {}): string {
  return writeKubeconfig(api, { context: { namespace }, ...content })
}

async function open(kubeconfig: string, timeMs?: number): Promise<Datastore> {
  const store = await openKubernetesWith(kubeconfig, timeMs)
  onTestFinished(() => store[Symbol.dispose]())
  return store
}

async function refusalOf(
  content: KubeconfigContent,
  act: (store: Datastore) => Promise<unknown>,
): Promise<unknown> {
  using store = await openKubernetesWith(write(content))
  return await act(store).then(
    () => undefined,
    (error: unknown) => error,
  )
}

function failure(kind: string, ...parts: readonly string[]): object {
  const text = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  const message = expect.stringMatching(new RegExp(text))
  return expect.objectContaining({ name: 'DatastoreError', failure: kind, message })
}

describe('who we are', () => {
  test('is read again when the token of before is good no more', async () => {
    const tokenFile = join(api.folder, 'token')
    writeFileSync(tokenFile, 'expired')
    const store = await open(write({ user: { tokenFile } }))
    writeFileSync(tokenFile, tokens.renewedPlugin)
    await change(store, putting({ 1: 'a' }))
    await store.probe()
  })

  test('is read again with everything that the kubeconfig says', async () => {
    const kubeconfig = write({ user: { token: 'expired' } })
    const store = await open(kubeconfig)
    copyFileSync(write(), kubeconfig)
    expect(await giveLowest(store, 'a')).toBe(0n)
  })

  test('is asked for by the name of the file that has to be renewed', async () => {
    const kubeconfig = write({ user: { token: 'expired' } })
    const store = await open(kubeconfig)
    const renewal = `Unauthorized — renew the token in ${kubeconfig}`
    await expect(store.probe()).rejects.toEqual(
      failure('refused', 'list IPPools', api.url, renewal),
    )
  })

  test('is a certificate in a file, or in the kubeconfig', async () => {
    const [certificate, key, authority] = [
      admin.certificate,
      admin.key,
      api.authority.certificate,
    ].map((path) => readFileSync(path).toString('base64'))
    const cluster = { 'certificate-authority': '', 'certificate-authority-data': authority }
    const user = { 'client-certificate-data': certificate, 'client-key-data': key }
    for (const content of [{ user: filesOf(admin) }, { cluster, user }]) {
      const store = await open(write(content))
      await store.probe()
    }
  })
})

describe('who the server is', () => {
  test('is told by an authority that may change', async () => {
    const other = new Authority(join(api.folder, 'other'))
    const authority = join(api.folder, 'authority.pem')
    copyFileSync(other.certificate, authority)
    const kubeconfig = write({ cluster: { 'certificate-authority': authority } })
    const store = await open(kubeconfig)
    const refusal = failure('unreachable', 'EPROTO', `see the certificates in ${kubeconfig}`)
    await expect(store.probe()).rejects.toEqual(refusal)
    copyFileSync(api.authority.certificate, authority)
    await store.probe()
  })

  test('does not matter where the kubeconfig says so', async () => {
    const cluster = { 'certificate-authority': '', 'insecure-skip-tls-verify': true }
    const store = await open(write({ cluster }))
    await store.probe()
  })
})

describe('a refusal', () => {
  test('tells that the custom resources are missing', () => {
    const hint = 'are the custom resources of deploy/whereabouts/crds.yaml installed?'
    expect(undefinedKind).toEqual(failure('refused', 'read IPPool', '10.0.0.0-16', hint))
  })

  test('tells who is not allowed what', async () => {
    const user = { token: tokens.stranger }
    const denial = 'User "stranger" cannot create resource'
    const refused = await refusalOf({ user }, (store) => store.reserve(reservationOf('a')))
    expect(refused).toEqual(failure('refused', 'create Overlapping', denial, 'rbac.yaml'))
  })

  test('tells that there is no such namespace', async () => {
    const content = { user: filesOf(admin), context: { namespace: 'nowhere' } }
    const refused = await refusalOf(content, (store) => giveLowest(store, 'a'))
    expect(refused).toEqual(failure('refused', 'create IPPool nowhere/', '"nowhere" not found'))
  })

  test('is final where a name cannot be one', async () => {
    const key = { range: parseIpPrefix('::/126') }
    const refused = await refusalOf({ context: { namespace } }, (store) => {
      return change(store, putting({ 1: 'a' }), key)
    })
    expect(refused).toEqual(failure('refused', 'create IPPool', '"---126" is invalid'))
  })

  test('is ours where the pool is one of another range', async () => {
    const store = await open(write())
    await change(store, putting({ 1: 'a' }))
    const path = customPath('ippools', namespace, '10.0.0.0-16')
    await api.merge(path, { spec: { range: '10.0.7.0/16' } })
    const difference = 'its spec.range is "10.0.7.0/16" and not 10.0.0.0/16'
    await expect(giveLowest(store, 'b')).rejects.toEqual(failure('refused', difference))
  })
})

describe('a server in trouble', () => {
  let proxy: FaultProxy
  let store: Datastore

  beforeEach(async () => {
    const own = new Workshop()
    onTestFinished(() => own.dispose())
    proxy = await startFaultProxy(own, api)
    store = await open(write({ cluster: { server: proxy.url } }))
    await change(store, putting({ 0: 'first' }))
    proxy.requests.length = 0
  })

  function methods(): readonly string[] {
    return proxy.requests.map(({ method }) => method)
  }

  const busy = { kind: 'Status', message: 'too many requests, please try again later' }

  test('is asked again when it wants to be', async () => {
    const headers = { 'retry-after': '1' }
    proxy.when({ method: /PATCH/ }, { answer: { status: 429, headers } })
    expect(await giveLowest(store, 'a')).toBe(1n)
    expect(methods()).toEqual(['GET', 'PATCH', 'PATCH'])
  })

  test('is left alone when it wants to be for longer than a call lasts', async () => {
    const answer = { status: 429, headers: { 'retry-after': '3600' }, body: JSON.stringify(busy) }
    proxy.when({}, { answer })
    await expect(store.probe()).rejects.toEqual(failure('unreachable', proxy.url, busy.message))
    expect(methods()).toEqual(['GET'])
  })

  test('is asked a few times more when it fails', async () => {
    proxy.when({ method: /POST/, times: 3 }, { answer: { status: 500 } })
    expect(await store.reserve(reservationOf('a'))).toBeUndefined()
    const gateway = { status: 502, body: '<html>bad gateway</html>' }
    proxy.when({ method: /GET/, times: 4 }, { answer: gateway })
    await expect(store.findPool(pool)).rejects.toEqual(failure('unreachable', 'HTTP status 502'))
    await store.findPool(pool)
    expect(methods()).toEqual([...'PPPPGGGGG'].map((letter) => (letter === 'P' ? 'POST' : 'GET')))
  })

  test('is not waited for longer than a call lasts', async () => {
    proxy.when({}, { hangs: true })
    const hasty = await open(write({ cluster: { server: proxy.url } }), 300)
    await expect(hasty.findPool(pool)).rejects.toEqual(failure('unreachable', 'read IPPool'))
  })

  test('has done what was asked for once, wherever the connection broke', async () => {
    proxy.when({ method: /PATCH/ }, { cut: 'before' })
    expect(await giveLowest(store, 'a')).toBe(1n)
    proxy.when({ method: /PATCH/ }, { cut: 'after' })
    expect(await giveLowest(store, 'b')).toBe(2n)
    const { spec } = await api.object(customPath('ippools', namespace, '10.0.0.0-16'))
    expect(Object.keys(Object(spec?.allocations))).toEqual(['0', '1', '2'])
  })

  test('conflicts once, and is asked what there is now', async () => {
    proxy.when({ method: /PATCH/ }, { answer: { status: 409 } })
    expect(await giveLowest(store, 'a')).toBe(1n)
    expect(methods()).toEqual(['GET', 'PATCH', 'GET', 'PATCH'])
  })

  test('never takes what it has refused twice although nobody has changed anything', async () => {
    const body = JSON.stringify({ kind: 'Status', message: 'spec.allocations is invalid' })
    proxy.when({ method: /PATCH/, times: 9 }, { answer: { status: 422, body } })
    const refusal = failure('refused', 'change IPPool', 'spec.allocations is invalid')
    await expect(giveLowest(store, 'a')).rejects.toEqual(refusal)
    expect(methods()).toEqual(['GET', 'PATCH', 'GET', 'PATCH'])
  })

  test('answers what is no object of the kind', async () => {
    for (const body of ['', '[]', '{"metadata":{"resourceVersion":"1"},"spec":{"range":7}}']) {
      proxy.when({}, { answer: { status: 200, body } })
      await expect(store.findPool(pool)).rejects.toEqual(failure('refused', 'IPPool', 'expected'))
    }
  })

  test('tells long lists in parts, and begins again when it has forgotten which', async () => {
    const numbers = Array.from({ length: 502 }, (_, n) => n)
    const names = numbers.map((n) => `10.0.${n >> 8}.${n & 255}`)
    const define = (name: string) => {
      const metadata = { name, namespace }
      const spec = { podref: `default/pod-${name}` }
      const kind = 'OverlappingRangeIPReservation'
      return api.create({ apiVersion: 'whereabouts.cni.cncf.io/v1alpha1', kind, metadata, spec })
    }
    await Promise.all(names.map(define))
    const [gone = '', ...left] = names
    const forget = () => {
      return api.remove(customPath('overlappingrangeipreservations', namespace, gone))
    }
    proxy.when({ path: /continue=/ }, { before: forget, answer: { status: 410 } })
    const listed = await store.listReservations(undefined)
    expect([...listed.keys()].sort()).toEqual([...left].sort())
    expect(methods()).toEqual(['GET', 'GET', 'GET', 'GET'])
  })
})
