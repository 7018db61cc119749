/** Datastores that whereabouts is measured with, each with somebody else who reads it. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { etcdEntries, startEtcd } from '#test/lab/etcd-server.ts'
import { customPath, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { writeKubeconfig } from '#test/lab/kubernetes-datastore.ts'
import type { Workshop } from '#test/lab/workshop.ts'

export const datastoreNames = ['kubernetes', 'etcd', 'file'] as const

export type DatastoreName = (typeof datastoreNames)[number]

export interface DatastoreSite {
  /** Whether nodes can share it. */
  readonly isShared: boolean
  /** The keys of `ipam`, beside the range and the folder of the node. */
  readonly ipam: object
  /** Of a pool, the pods and their offsets: `ns/pod7 9`. */
  readAllocations(pool: string): Promise<readonly string[]>
}

type Entries = Readonly<Record<string, { readonly podref: string }>>

const openers: Readonly<Record<DatastoreName, (workshop: Workshop) => Promise<DatastoreSite>>> = {
  file: openFiles,
  etcd: openEtcd,
  kubernetes: openKubernetes,
}

/** Starts what there is to start; it ends with the workshop. */
export function openSite(name: DatastoreName, workshop: Workshop): Promise<DatastoreSite> {
  return openers[name](workshop)
}

async function openFiles({ folder }: Workshop): Promise<DatastoreSite> {
  return {
    isShared: false,
    ipam: {},
    readAllocations: async (pool) => {
      const path = join(folder, 'node-0/pools', `${pool}.json`)
      return existsSync(path) ? list(JSON.parse(readFileSync(path, 'utf8')).allocations) : []
    },
  }
}

async function openEtcd(workshop: Workshop): Promise<DatastoreSite> {
  const { clientUrl } = await startEtcd(workshop)
  return {
    isShared: true,
    ipam: { datastore: 'etcd', etcd_host: clientUrl },
    readAllocations: async (pool) => {
      const blocks = `/netwright/whereabouts/v1/pools/${pool}/0`
      const access = { endpoints: [clientUrl] }
      return [...etcdEntries(access, blocks).values()].flatMap((block) => list(JSON.parse(block)))
    },
  }
}

async function openKubernetes(workshop: Workshop): Promise<DatastoreSite> {
  const api = await startKubernetesApi(workshop)
  return {
    isShared: true,
    ipam: { kubernetes: { kubeconfig: writeKubeconfig(api) } },
    readAllocations: async (pool) => {
      const found = await api.findObject(customPath('ippools', 'kube-system', pool))
      return list(Object(found?.spec?.allocations))
    },
  }
}

function list(entries: Entries): readonly string[] {
  return Object.entries(entries).map(([offset, { podref }]) => `${podref} ${offset}`)
}
