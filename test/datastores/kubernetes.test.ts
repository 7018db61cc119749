import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { poolName } from '#ipam/whereabouts/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool.ts'
import { datastoreContract } from '#test/contract/datastore.ts'
import { servedDatastoreContract } from '#test/contract/served-datastore.ts'
import { allowAnyEntries } from '#test/lab/custom-resources.ts'
import { anyChange, startFaultProxy } from '#test/lab/fault-proxy.ts'
import { customPath, type KubernetesApi, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { openKubernetesWith, writeKubeconfig } from '#test/lab/kubernetes-datastore.ts'
import { Workshop } from '#test/lab/workshop.ts'

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
