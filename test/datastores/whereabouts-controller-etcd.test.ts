import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { Ledger } from '#ipam/whereabouts/ledger/ledger.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { ClusterScene, type Holders } from '#test/lab/cluster-scene.ts'
import { openEtcdAt } from '#test/lab/datastores.ts'
import {
  type EtcdctlAccess,
  etcdctl,
  etcdEntries,
  type SingleEtcd,
  startEtcd,
} from '#test/lab/etcd-server.ts'
import { addUser, enableUsers, rootUser } from '#test/lab/etcd-users.ts'
import { type KubernetesApi, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { startController, type WhereaboutsController } from '#test/lab/whereabouts-controller.ts'
import { Workshop } from '#test/lab/workshop.ts'

const root = '/netwright/whereabouts/v1/'
const user = { name: 'whereabouts', password: 'of ours' }
const pool: PoolKey = { range: parseIpPrefix('10.0.0.0/24') }

let workshop: Workshop
let api: KubernetesApi
let etcd: SingleEtcd
let access: EtcdctlAccess
let store: Datastore
let scene: ClusterScene

beforeAll(async () => {
  workshop = new Workshop()
  api = await startKubernetesApi(workshop)
  etcd = await startEtcd(workshop)
  access = { endpoints: [etcd.clientUrl], user: rootUser }
  enableUsers({ endpoints: access.endpoints })
  addUser(access, user, root)
})

afterAll(() => workshop.dispose())

beforeEach(async () => {
  etcdctl(access, 'del', '--prefix', '/')
  store = await openEtcdAt([etcd.clientUrl], { user })
  scene = await ClusterScene.create(api)
  return () => store[Symbol.dispose]()
})

/** The flag that says where pools are; `keys` in place of what is right. */
function etcdFlag(own: Workshop, keys: object = {}): readonly string[] {
  const path = join(own.folder, 'whereabouts.conf')
  const { name, password } = user
  const right = { etcd_host: etcd.clientUrl, etcd_username: name, etcd_password: password }
  writeFileSync(path, JSON.stringify({ ...right, ...keys }), { mode: 0o600 })
  return ['-etcd', path]
}

function ownWorkshop(): Workshop {
  const own = new Workshop()
  onTestFinished(() => own.dispose())
  return own
}

function controllerOf(keys?: object): WhereaboutsController {
  const own = ownWorkshop()
  const flags = ['-metrics=', '-grace=100ms', '-resync=1h', ...etcdFlag(own, keys)]
  return startController(own, ['-kubeconfig', scene.kubeconfig(), ...flags])
}

/** Gives pods addresses of a pool, and reserves them. */
async function give(key: PoolKey, holders: Holders, start: string): Promise<void> {
  const { networkName } = key
  const whoseOf = (pod: string) => ({ podRef: scene.podRef(pod), ifName: 'net1' })
  const entries = Object.entries(holders).map(([offset, pod]) => {
    return [BigInt(offset), { containerId: `c-${pod}`, ...whoseOf(pod) }] as const
  })
  const change = { put: new Map(entries) }
  await store.updatePool(key, () => ({ outcome: undefined, change }))
  for (const [offset, pod] of Object.entries(holders)) {
    const address = parseIpAddress(`${start}${offset}`)
    await store.reserve({ ...(networkName && { networkName }), address, ...whoseOf(pod) })
  }
}

/** `pools/10.0.0.0-24 2 there` and `reservations//10.0.0.2 there`, as etcdctl reads them. */
function found(): readonly string[] {
  const podOf = (entry: unknown) => Object(entry).podref.split('/')[1]
  return [...etcdEntries(access, root)].flatMap(([key, value]) => {
    const [folder, name] = [key.slice(root.length, key.lastIndexOf('/')), key.split('/').at(-1)]
    if (name === 'about' || name === 'removed') return []
    const entry: unknown = JSON.parse(value)
    if (folder.startsWith('reservations')) return [`${folder}/${name} ${podOf(entry)}`]
    return Object.entries(Object(entry)).map(([at, each]) => `${folder} ${at} ${podOf(each)}`)
  })
}

test('what pods left is freed, in every pool and of every network name', async () => {
  for (const name of ['gone', 'there']) await scene.pod(name)
  const holders = { 1: 'gone', 2: 'there' }
  await give(pool, holders, '10.0.0.')
  await give({ ...pool, networkName: 'cafe-net' }, holders, '10.0.0.')
  await give({ networkName: 'cafe', range: parseIpPrefix('fd00::/64') }, holders, 'fd00::')
  await give({ node: 'n-1', range: parseIpPrefix('10.1.0.0/28') }, holders, '10.1.0.')
  await scene.removePod('gone')
  const controller = controllerOf()
  for (const name of ['10.0.0.1', 'cafe-net-10.0.0.1', 'cafe-fd00--1', '10.1.0.1']) {
    await controller.log.waitFor(new RegExp(`reservation ${name}: removed`))
  }
  expect(found()).toEqual([
    'pools/10.0.0.0-24 2 there',
    'pools/cafe-fd00---64 2 there',
    'pools/cafe-net-10.0.0.0-24 2 there',
    'pools/n-1-10.1.0.0-28 2 there',
    'reservations//10.0.0.2 there',
    'reservations//10.1.0.2 there',
    'reservations/cafe-net/10.0.0.2 there',
    'reservations/cafe/fd00::2 there',
  ])
  expect(await controller.stop()).toBe(0)
})

test('what a pod leaves is freed as soon as it goes', async () => {
  for (const name of ['first', 'second']) await scene.pod(name)
  await give(pool, { 1: 'first', 2: 'second' }, '10.0.0.')
  await scene.removePod('first')
  const controller = controllerOf()
  await controller.log.waitFor(/pool 10.0.0.0-24: freed 1 of .*\/first net1/)
  await scene.removePod('second')
  await controller.log.waitFor(/reservation 10.0.0.2: removed/)
  expect(found()).toEqual([])
})

test('nothing is freed while a pool does not say whose addresses it has', async () => {
  await give(pool, { 1: 'gone' }, '10.0.0.')
  etcdctl(access, 'del', `${root}pools/10.0.0.0-24/about`)
  const controller = controllerOf()
  await controller.log.waitFor(/reconcile: read .*10.0.0.0-24\/about in etcd/)
  expect(found()).toEqual(['pools/10.0.0.0-24 1 gone', 'reservations//10.0.0.1 gone'])
})

test('a file that names no etcd is told', async () => {
  await controllerOf({ datastore: 'file' }).log.waitFor(/reconcile: .*expected "etcd" in .*conf/)
})

test('what a DEL could not give back is given back by the agent of the node', async () => {
  await give(pool, { 1: 'there' }, '10.0.0.')
  const own = ownWorkshop()
  const ledger = new Ledger(nodeHost().files, own.folder)
  const record = {
    ...{ ifName: 'net1', network: 'lan', podRef: scene.podRef('there') },
    ...{ pools: [pool], reservations: {}, reuseDelayMs: 0, addresses: [] },
  }
  const datastore = `etcd ${etcd.clientUrl}`
  await ledger.write('released', { ...record, containerId: 'c-there', datastore })
  const elsewhere = 'etcd http://127.0.0.1:1'
  await ledger.write('released', { ...record, containerId: 'c-else', datastore: elsewhere })
  const flags = ['-node', '-datadir', own.folder, '-metrics=', ...etcdFlag(own)]
  const agent = startController(own, flags)
  await agent.log.waitFor(/given back: c-there net1/)
  expect(found()).toEqual([])
  expect(await agent.stop()).toBe(0)
  expect(await ledger.list('released')).toEqual([{ containerId: 'c-else', ifName: 'net1' }])
})
