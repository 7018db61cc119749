import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { Ledger } from '#ipam/whereabouts/ledger/ledger.ts'
import { ClusterScene } from '#test/lab/cluster-scene.ts'
import { executable } from '#test/lab/executable.ts'
import { startFaultProxy } from '#test/lab/fault-proxy.ts'
import { type KubernetesApi, startKubernetesApi, tokens } from '#test/lab/kubernetes-api.ts'
import { ownAddress } from '#test/lab/own-address.ts'
import { processUse } from '#test/lab/process-use.ts'
import { Service } from '#test/lab/service.ts'
import {
  startController,
  startControllerOf,
  type WhereaboutsController,
} from '#test/lab/whereabouts-controller.ts'
import { Workshop } from '#test/lab/workshop.ts'

let workshop: Workshop
let api: KubernetesApi

beforeAll(async () => {
  workshop = new Workshop()
  api = await startKubernetesApi(workshop)
})

afterAll(() => workshop.dispose())

function ownWorkshop(): Workshop {
  const own = new Workshop()
  onTestFinished(() => own.dispose())
  return own
}

/** A controller of a namespace, which looks at it only when something happens. */
function controllerOf(scene: ClusterScene, server?: string): WhereaboutsController {
  return startControllerOf(ownWorkshop(), scene, server)
}

function freed(controller: WhereaboutsController, pod: string): Promise<string> {
  return controller.log.waitFor(new RegExp(`pool .*: freed .*/${pod} net1`))
}

function removed(controller: WhereaboutsController, reservation: string): Promise<string> {
  return controller.log.waitFor(new RegExp(`reservation ${reservation}: removed`))
}

test('what pods left while nobody was there is freed, and nothing else', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['gone', 'there']) await scene.pod(name)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'gone', 2: 'there', 3: 'gone' })
  for (const [end, pod] of Object.entries({ 1: 'gone', 2: 'there', 3: 'gone' })) {
    await scene.reservation(`10.0.0.${end}`, pod)
  }
  await scene.removePod('gone')
  const controller = controllerOf(scene)
  await removed(controller, '10.0.0.3')
  expect(await scene.holders('10.0.0.0-24')).toEqual({ 2: 'there' })
  expect(await scene.reservations()).toEqual(['10.0.0.2'])
  expect(await controller.stop()).toBe(0)
})

test('what a pod leaves is freed as soon as it goes, and its event says so', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['first', 'second']) await scene.pod(name)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'first', 2: 'second' })
  await scene.removePod('first')
  const controller = controllerOf(scene)
  await freed(controller, 'first')
  await scene.removePod('second')
  await freed(controller, 'second')
  expect(await scene.holders('10.0.0.0-24')).toEqual({})
  await controller.stop()
  const events = await api.objects(`/api/v1/namespaces/${scene.namespace}/events`)
  expect(
    events.map(({ reason, message, involvedObject }) => [reason, message, involvedObject]),
  ).toContainEqual([
    'IPAddressGarbageCollected',
    'successful cleanup of IP address [10.0.0.1] from network 10.0.0.0-24',
    expect.objectContaining({ kind: 'Pod', namespace: scene.namespace, name: 'first' }),
  ])
})

test('a pod that is back under its name keeps what it had', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['back', 'gone']) await scene.pod(name)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'back', 2: 'gone' })
  for (const [end, pod] of Object.entries({ 1: 'back', 2: 'gone' })) {
    await scene.reservation(`10.0.0.${end}`, pod)
  }
  await scene.removePod('back')
  await scene.removePod('gone')
  await scene.pod('back')
  const controller = controllerOf(scene)
  await removed(controller, '10.0.0.2')
  expect(await scene.holders('10.0.0.0-24')).toEqual({ 1: 'back' })
  expect(await scene.reservations()).toEqual(['10.0.0.1'])
})

test("reservations under network names and of IPv6 are their pods'", async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['gone', 'there']) await scene.pod(name)
  const holders = { 1: 'gone', 2: 'there' }
  await scene.pool('my-blue-net-10.0.0.0-24', '10.0.0.0/24', holders)
  await scene.pool('my-blue-net-fd00---64', 'fd00::/64', holders)
  await scene.pool('my-blue-net-node-1-10.1.0.0-28', '10.1.0.0/28', holders)
  for (const start of ['10.0.0.', 'fd00--', '10.1.0.']) {
    await scene.reservation(`my-blue-net-${start}1`, 'gone')
    await scene.reservation(`my-blue-net-${start}2`, 'there')
  }
  await scene.removePod('gone')
  const controller = controllerOf(scene)
  for (const start of ['10.0.0.', 'fd00--', '10.1.0.']) {
    await removed(controller, `my-blue-net-${start}1`)
  }
  expect(await scene.reservations()).toEqual([
    'my-blue-net-10.0.0.2',
    'my-blue-net-10.1.0.2',
    'my-blue-net-fd00--2',
  ])
  expect(await scene.holders('my-blue-net-fd00---64')).toEqual({ 2: 'there' })
})

test('a reservation that a crash has left of a pod that is there is removed', async () => {
  const scene = await ClusterScene.create(api)
  await scene.pod('there')
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 2: 'there' })
  for (const end of [1, 2]) await scene.reservation(`10.0.0.${end}`, 'there')
  await removed(controllerOf(scene), '10.0.0.1')
  expect(await scene.reservations()).toEqual(['10.0.0.2'])
})

test('what happens while the cluster is out of reach is heard of later', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['first', 'second']) await scene.pod(name)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'first', 2: 'second' })
  await scene.removePod('first')
  const proxy = await startFaultProxy(ownWorkshop(), api)
  const controller = controllerOf(scene, proxy.url)
  await freed(controller, 'first')
  proxy.cut()
  await controller.log.waitFor(/Pods: /)
  await scene.removePod('second')
  proxy.mend()
  await freed(controller, 'second')
})

test('when the cluster has forgotten where a watch was, all is listed again', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['first', 'second']) await scene.pod(name)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'first', 2: 'second' })
  await scene.removePod('first')
  const proxy = await startFaultProxy(ownWorkshop(), api)
  const watch = /\/pods\?watch=true/
  proxy.when({ path: watch, times: 1 }, { answer: { status: 410 } })
  const status = { type: 'ERROR', object: { kind: 'Status', code: 410 } }
  const event = { status: 200, body: `${JSON.stringify(status)}\n` }
  proxy.when({ path: watch, times: 1 }, { answer: event })
  const controller = controllerOf(scene, proxy.url)
  await freed(controller, 'first')
  await scene.removePod('second')
  await freed(controller, 'second')
  const lists = proxy.requests.filter(({ path }) => /\/pods\?limit/.test(path))
  expect(lists).toHaveLength(3)
  // Nothing is wrong with that.
  expect(controller.log.seen(/Pods: /)).toEqual([])
})

test('no address is freed while it cannot be said that its pod is gone', async () => {
  const scene = await ClusterScene.create(api)
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'hidden', 2: 'gone' })
  const proxy = await startFaultProxy(ownWorkshop(), api)
  const refusal = { status: 403, body: JSON.stringify({ message: 'forbidden' }) }
  const rule = { path: /\/pods\/hidden/, times: Number.POSITIVE_INFINITY }
  proxy.when(rule, { answer: refusal })
  const controller = controllerOf(scene, proxy.url)
  await controller.log.waitFor(/look for pods: .*forbidden/)
  expect(await scene.holders('10.0.0.0-24')).toMatchObject({ 1: 'hidden' })
})

test('a cluster that does not answer keeps nobody from ending', async () => {
  const scene = await ClusterScene.create(api)
  const proxy = await startFaultProxy(ownWorkshop(), api)
  const asked = new Promise((resolve) => {
    const before = async () => resolve(undefined)
    proxy.when({ path: /\/ippools/, times: Number.POSITIVE_INFINITY }, { before, hangs: true })
  })
  const controller = controllerOf(scene, proxy.url)
  await asked
  expect(await controller.stop()).toBe(0)
  expect(controller.log.seen(/reconcile: /)).toEqual([])
  expect(proxy.requests.filter(({ path }) => /\/ippools/.test(path))).toHaveLength(1)
})

test('what a DEL could not give back is given back by the agent of the node', async () => {
  const scene = await ClusterScene.create(api)
  await scene.pod('there')
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', { 1: 'there', 2: 'there' })
  await scene.reservation('10.0.0.1', 'there')
  const own = ownWorkshop()
  const ledger = new Ledger(nodeHost().files, own.folder)
  const kubeconfig = scene.kubeconfig(api.url, tokens.plugin)
  await ledger.write('released', {
    ...{ containerId: 'c-there', ifName: 'net1', network: 'lan', podRef: scene.podRef('there') },
    datastore: `kubernetes ${kubeconfig}`,
    pools: [{ range: parseIpPrefix('10.0.0.0/24') }],
    ...{ reservations: {}, reuseDelayMs: 0, addresses: [] },
  })
  const agent = startController(own, ['-node', '-datadir', own.folder, '-metrics='])
  await agent.log.waitFor(/given back: c-there net1/)
  expect(await scene.holders('10.0.0.0-24')).toEqual({})
  expect(await scene.reservations()).toEqual([])
  expect(await ledger.list('released')).toEqual([])
  expect(await agent.stop()).toBe(0)
})

test('the executable frees what pods leave, counts it, and ends in order', async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['first', 'second', 'third']) await scene.pod(name)
  const holders = { 1: 'first', 2: 'second', 3: 'third' }
  await scene.pool('10.0.0.0-24', '10.0.0.0/24', holders)
  await scene.removePod('first')
  const { address, port } = ownAddress()
  const service = new Service(ownWorkshop(), 'the controller')
  const metrics = `-metrics=${address}:${port}`
  const flags = ['-kubeconfig', scene.kubeconfig(), metrics, '-grace=100ms', '-resync=1h']
  const command = [executable, 'whereabouts-controller', ...flags]
  await service.start({ command }, () => service.log.waitFor(/freed 1 of .*\/first net1/))
  await scene.removePod('second')
  await service.log.waitFor(/freed 2 of .*\/second net1/)
  expect(await scene.holders('10.0.0.0-24')).toEqual({ 3: 'third' })
  const text = await (await fetch(`http://${address}:${port}/metrics`)).text()
  expect(text).toContain('whereabouts_freed_allocations_total 2')
  expect(text).toMatch(/whereabouts_pool_addresses\{pool="10.0.0.0-24",range="10.0.0.0\/24"\} 254/)
  expect((await fetch(`http://${address}:${port}/healthz`)).status).toBe(200)
  expect(processUse(service.pid).rssKib).toBeLessThan(32 * 1024)
  expect(await service.end('SIGTERM')).toBe(0)
})
