import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { datastoreContract } from '#test/contract/datastore.ts'
import { servedDatastoreContract } from '#test/contract/served-datastore.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import {
  type EtcdctlAccess,
  etcdctl,
  etcdEntries,
  type SingleEtcd,
  startEtcd,
} from '#test/lab/etcd-server.ts'
import { Wire } from '#test/lab/wire.ts'
import { Workshop } from '#test/lab/workshop.ts'

let workshop: Workshop
let etcd: SingleEtcd
let access: EtcdctlAccess

beforeAll(async () => {
  workshop = new Workshop()
  etcd = await startEtcd(workshop)
  access = { endpoints: [etcd.clientUrl] }
})

afterAll(() => workshop.dispose())

/** The blocks of a pool, as etcdctl reads them. */
function blocksOf(key: PoolKey): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const entries = [...etcdEntries(access, `/netwright/whereabouts/v1/pools/${poolName(key)}/0`)]
  return new Map(entries.map(([name, value]) => [name, JSON.parse(value)]))
}

function forget(): void {
  etcdctl(access, 'del', '--prefix', '/')
}

describe('a datastore in etcd', () => {
  datastoreContract(async () => {
    forget()
    return {
      open: (timeMs) => openEtcdAt([etcd.clientUrl], { ...(timeMs !== undefined && { timeMs }) }),
      readEntries: async (key) => Object.assign({}, ...blocksOf(key).values()),
      plantEntry: async (key, offset, entry) => {
        const [[name = '', block] = []] = blocksOf(key)
        etcdctl(access, 'put', name, JSON.stringify({ ...block, [offset]: entry }))
      },
    }
  })

  servedDatastoreContract(async () => {
    forget()
    const own = new Workshop()
    onTestFinished(() => own.dispose())
    const wire = await Wire.open(own, etcd.place, /^POST \/v3\/kv\/txn /)
    return {
      wire,
      open: (timeMs) => openEtcdAt([wire.origin], { ...(timeMs !== undefined && { timeMs }) }),
      openBeside: () => openEtcdAt([etcd.clientUrl]),
    }
  })
})
