import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import { poolName } from '#ipam/whereabouts/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool.ts'
import { datastoreContract } from '#test/contract/datastore.ts'
import { servedDatastoreContract } from '#test/contract/served-datastore.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import { EtcdMember, etcdctl, etcdEntries } from '#test/lab/etcd-server.ts'
import { ownAddress } from '#test/lab/own-address.ts'
import { Wire } from '#test/lab/wire.ts'
import { Workshop } from '#test/lab/workshop.ts'

const root = '/netwright/whereabouts/v1/'
const place = ownAddress()
const clientUrl = `http://${place.address}:${place.port}`
const access = { endpoints: [clientUrl] }
let workshop: Workshop

beforeAll(async () => {
  workshop = new Workshop()
  const peer = ownAddress()
  const peerUrl = `http://${peer.address}:${peer.port}`
  await new EtcdMember(workshop, { name: 'single', clientUrl, peerUrl }).start()
})

afterAll(() => workshop.dispose())

/** The blocks of a pool, as etcdctl reads them. */
function blocksOf(key: PoolKey): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const entries = [...etcdEntries(access, `${root}pools/${poolName(key)}/0`)]
  return new Map(entries.map(([name, value]) => [name, JSON.parse(value)]))
}

function forget(): void {
  etcdctl(access, 'del', '--prefix', '/')
}

describe('a datastore in etcd', () => {
  datastoreContract(async () => {
    forget()
    return {
      open: (timeMs) => openEtcdAt([clientUrl], { ...(timeMs !== undefined && { timeMs }) }),
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
    const wire = await Wire.open(own, place, /^POST \/v3\/kv\/txn /)
    return {
      wire,
      open: (timeMs) => openEtcdAt([wire.origin], { ...(timeMs !== undefined && { timeMs }) }),
      openBeside: () => openEtcdAt([clientUrl]),
    }
  })
})
