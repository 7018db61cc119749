import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { datastoreContract } from '#test/contract/datastore.ts'
import { servedDatastoreContract } from '#test/contract/served-datastore.ts'
import { allowAnyEntries } from '#test/lab/custom-resources.ts'
import { anyChange, type FaultProxy, startFaultProxy } from '#test/lab/fault-proxy.ts'
import { customPath, type KubernetesApi, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { openKubernetesWith, writeKubeconfig } from '#test/lab/kubernetes-datastore.ts'
import {
  allocationOf,
  change,
  giveLowest,
  podsIn,
  putting,
  reservationOf,
} from '#test/lab/pool-entries.ts'
import { Workshop } from '#test/lab/workshop.ts'

/** The API is not to note who writes what. */
const untracking = { op: 'replace', path: '/metadata/managedFields', value: [{}] }

let workshop: Workshop
let api: KubernetesApi
let namespaces = 0

beforeAll(async () => {
  workshop = new Workshop()
  api = await startKubernetesApi(workshop, allowAnyEntries)
})

afterAll(() => workshop.dispose())

function newNamespace(): Promise<string> {
  namespaces += 1
  return api.namespace(`test-${namespaces}`)
}

describe('a datastore in a Kubernetes API', () => {
  datastoreContract(async () => {
    const namespace = await newNamespace()
    const kubeconfig = writeKubeconfig(api, { context: { namespace } })
    const pathOf = (key: PoolKey) => customPath('ippools', namespace, poolName(key))
    return {
      open: (timeMs) => openKubernetesWith(kubeconfig, timeMs),
      readEntries: async (key) => {
        const found = await api.findObject(pathOf(key))
        return Object(found?.spec?.allocations)
      },
      plantEntry: async (key, offset, entry) => {
        await api.merge(pathOf(key), { spec: { allocations: { [offset]: entry } } })
      },
    }
  })

  servedDatastoreContract(async () => {
    const own = new Workshop()
    onTestFinished(() => own.dispose())
    const namespace = await newNamespace()
    const proxy = await startFaultProxy(own, api)
    const cluster = { server: proxy.url }
    const away = writeKubeconfig(api, { cluster, context: { namespace } })
    const beside = writeKubeconfig(api, { context: { namespace } })
    return {
      open: (timeMs) => openKubernetesWith(away, timeMs),
      openBeside: () => openKubernetesWith(beside),
      wire: {
        cut: () => proxy.cut(),
        mend: () => proxy.mend(),
        loseNextAnswer: () => proxy.when({ method: anyChange }, { cut: 'after' }),
        beforeChanges: (before) => {
          proxy.when({ method: anyChange, times: Number.POSITIVE_INFINITY }, { before })
        },
      },
    }
  })
})

const apiVersion = 'whereabouts.cni.cncf.io/v1alpha1'

describe('what is asked of a Kubernetes API', () => {
  let namespace: string
  let proxy: FaultProxy
  let store: Datastore

  beforeEach(async () => {
    const own = new Workshop()
    onTestFinished(() => own.dispose())
    namespace = await newNamespace()
    proxy = await startFaultProxy(own, api)
    const cluster = { server: proxy.url }
    store = await openKubernetesWith(writeKubeconfig(api, { cluster, context: { namespace } }))
    onTestFinished(() => store[Symbol.dispose]())
  })

  /** The requests since the last look: what is asked for, of which object, and with which body. */
  function asked(): readonly (readonly [string, unknown?])[] {
    const requests = proxy.requests.splice(0)
    return requests.map(({ method, path, contentType, body }) => {
      const type = contentType?.replace('application/', '') ?? ''
      const name = path.replace(customPath('', namespace), '')
      const words = `${method} ${name} ${type}`.trim()
      return body === '' ? [words] : [words, JSON.parse(body)]
    })
  }

  /** What a pool or a reservation says of which version it is. */
  async function versionOf(plural: string, name: string): Promise<string | undefined> {
    const { metadata } = await api.object(customPath(plural, namespace, name))
    return metadata.resourceVersion
  }

  test('for the first address: that there is a pool, with the address in it', async () => {
    await giveLowest(store, 'a')
    await store.reserve(reservationOf('a', '10.0.0.0'))
    const spec = {
      range: '10.0.0.0/16',
      allocations: { 0: { id: 'id-of-a', podref: 'default/a', ifname: 'net1' } },
    }
    expect(asked()).toEqual([
      ['GET ippools/10.0.0.0-16'],
      [
        'POST ippools json',
        { apiVersion, kind: 'IPPool', metadata: { name: '10.0.0.0-16' }, spec },
      ],
      [
        'POST overlappingrangeipreservations json',
        {
          apiVersion,
          kind: 'OverlappingRangeIPReservation',
          metadata: { name: '10.0.0.0' },
          spec: { podref: 'default/a', ifname: 'net1' },
        },
      ],
    ])
  })

  test('for a third address, too, without what the API noted of the second', async () => {
    for (const pod of ['a', 'b']) await giveLowest(store, pod)
    asked()
    await giveLowest(store, 'c')
    expect(asked()).toEqual([
      ['GET ippools/10.0.0.0-16'],
      ['PATCH ippools/10.0.0.0-16 json-patch+json', expect.not.arrayContaining([untracking])],
    ])
  })

  test('for another address: three things, and no list and no lease', async () => {
    await giveLowest(store, 'a')
    const value = await versionOf('ippools', '10.0.0.0-16')
    asked()
    await giveLowest(store, 'b')
    await store.reserve(reservationOf('b', 'fd00::1'))
    const path = '/spec/allocations/1'
    const entry = { id: 'id-of-b', podref: 'default/b', ifname: 'net1' }
    expect(asked()).toEqual([
      ['GET ippools/10.0.0.0-16'],
      [
        'PATCH ippools/10.0.0.0-16 json-patch+json',
        [
          { op: 'test', path: '/metadata/resourceVersion', value },
          { op: 'test', path, value: null },
          { op: 'add', path, value: entry },
          untracking,
        ],
      ],
      ['POST overlappingrangeipreservations json', expect.anything()],
    ])
    expect(await versionOf('overlappingrangeipreservations', 'fd00--1')).toBeDefined()
  })

  test('for the same address again: nothing but the container, if that', async () => {
    await giveLowest(store, 'a')
    asked()
    const again = { ...allocationOf('a'), containerId: 'another' }
    await change(store, { put: new Map([[0n, again]]) })
    await change(store, { put: new Map([[0n, again]]) })
    const replace = { op: 'replace', path: '/spec/allocations/0/id', value: 'another' }
    const version = expect.objectContaining({ op: 'test', path: '/metadata/resourceVersion' })
    expect(asked()).toEqual([
      ['GET ippools/10.0.0.0-16'],
      ['PATCH ippools/10.0.0.0-16 json-patch+json', [version, replace, untracking]],
      ['GET ippools/10.0.0.0-16'],
    ])
  })

  test('to give it back: that the entry goes, and the reservation that was looked at', async () => {
    await giveLowest(store, 'a')
    await store.reserve(reservationOf('a'))
    const path = customPath('overlappingrangeipreservations', namespace, '10.0.0.7')
    const { metadata } = await api.object(path)
    asked()
    await change(store, { drop: [0n] })
    await store.unreserve(reservationOf('a'))
    const preconditions = { uid: Object(metadata).uid, resourceVersion: metadata.resourceVersion }
    expect(asked()).toEqual([
      ['GET ippools/10.0.0.0-16'],
      [
        'PATCH ippools/10.0.0.0-16 json-patch+json',
        [expect.anything(), { op: 'remove', path: '/spec/allocations/0' }, untracking],
      ],
      ['GET overlappingrangeipreservations/10.0.0.7'],
      [
        'DELETE overlappingrangeipreservations/10.0.0.7 json',
        { apiVersion: 'v1', kind: 'DeleteOptions', preconditions },
      ],
    ])
    expect((await api.object(customPath('ippools', namespace, '10.0.0.0-16'))).spec).toEqual({
      range: '10.0.0.0/16',
      allocations: {},
    })
  })

  test('to give back what somebody takes over meanwhile: to leave it alone', async () => {
    await store.reserve(reservationOf('a'))
    const path = customPath('overlappingrangeipreservations', namespace, '10.0.0.7')
    const spec = { podref: 'default/b' }
    proxy.when({ method: /DELETE/ }, { before: () => api.merge(path, { spec }) })
    await store.unreserve(reservationOf('a'))
    expect((await api.object(path)).spec).toMatchObject(spec)
  })

  test('of what the original has written: to know it, and to give it back', async () => {
    const range = parseIpPrefix('fd00:1::/112')
    const key = { networkName: 'blue', node: 'node-1', range }
    const allocations = {
      5: { id: '3bb0', podref: 'default/new', ifname: 'net1' },
      65534: { id: '77aa', podref: 'default/old' },
    }
    const name = 'blue-node-1-fd00-1---112'
    const inNamespace = (object: { kind: string; name: string; spec: Record<string, unknown> }) => {
      const { kind, name, spec } = object
      return api.create({ apiVersion, kind, metadata: { name, namespace }, spec })
    }
    await inNamespace({ kind: 'IPPool', name, spec: { range: 'fd00:1::/112', allocations } })
    const kind = 'OverlappingRangeIPReservation'
    const legacy = { podref: 'default/old', containerid: '77aa' }
    await inNamespace({ kind, name: 'blue-fd00-1--fffe', spec: legacy })
    await inNamespace({ kind, name: 'fd00-1--5', spec: { podref: 'default/x', ifname: 'net9' } })
    expect(podsIn(await store.findPool(key))).toEqual({ 5: 'new', 65534: 'old' })
    const old = { ...reservationOf('old', 'fd00:1::fffe'), networkName: 'blue' }
    expect(await store.listReservations('blue')).toEqual(
      new Map([['fd00:1::fffe', { ...old, ifName: '' }]]),
    )
    await change(store, { ...putting({ 6: 'ours' }), drop: [65534n] }, key)
    await store.unreserve(old)
    const { spec } = await api.object(customPath('ippools', namespace, name))
    expect(spec).toEqual({
      range: 'fd00:1::/112',
      allocations: {
        5: allocations[5],
        6: { id: 'id-of-ours', podref: 'default/ours', ifname: 'net1' },
      },
    })
    const left = await api.objects(customPath('overlappingrangeipreservations', namespace))
    expect(left.map(({ metadata }) => metadata.name)).toEqual(['fd00-1--5'])
  })
})
