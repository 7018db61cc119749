import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ClusterScene } from '#test/lab/cluster-scene.ts'
import { allowFreeSlots } from '#test/lab/custom-resources.ts'
import { customPath, type KubernetesApi, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { networkDefinitions } from '#test/lab/network-definitions.ts'
import { startControllerOf, type WhereaboutsController } from '#test/lab/whereabouts-controller.ts'
import { Workshop } from '#test/lab/workshop.ts'

let workshop: Workshop
let api: KubernetesApi

beforeAll(async () => {
  workshop = new Workshop()
  api = await startKubernetesApi(workshop, allowFreeSlots)
  await api.create(networkDefinitions)
})

afterAll(() => workshop.dispose())

/** Nodes are the whole cluster's: they go with the test. */
async function node(name: string): Promise<void> {
  await api.create({ apiVersion: 'v1', kind: 'Node', metadata: { name } })
  onTestFinished(async () => {
    if ((await api.findObject(`/api/v1/nodes/${name}`)) !== undefined) await removeNode(name)
  })
}

/** Networks, too, are seen by every controller. */
async function network(scene: ClusterScene, name: string, ipam: object): Promise<void> {
  await scene.network(name, ipam)
  onTestFinished(() => scene.removeNetwork(name))
}

async function removeNode(name: string): Promise<void> {
  await api.remove(`/api/v1/nodes/${name}`)
}

function controllerOf(scene: ClusterScene): WhereaboutsController {
  const own = new Workshop()
  onTestFinished(() => own.dispose())
  return startControllerOf(own, scene)
}

/** Until the slices of a name are written, and so many of them are nodes'. */
function written(controller: WhereaboutsController, name: string, count: string): Promise<string> {
  return controller.log.waitFor(new RegExp(`NodeSlicePool ${name}: .*: ${count}`))
}

test('nodes get slices as they come, of what may be given', async () => {
  const scene = await ClusterScene.create(api)
  await node('node-b')
  await node('node-a')
  await network(scene, 'lan', {
    range: '10.0.0.0/24',
    exclude: ['10.0.0.64/26'],
    node_slice_size: '/26',
  })
  const controller = controllerOf(scene)
  await written(controller, 'lan', '2 of 3')
  expect(await scene.slices('lan')).toEqual([
    ['10.0.0.0/26', 'node-a'],
    ['10.0.0.128/26', 'node-b'],
    ['10.0.0.192/26', ''],
  ])
  await node('node-c')
  await written(controller, 'lan', '3 of 3')
  expect((await scene.slices('lan')).at(-1)).toEqual(['10.0.0.192/26', 'node-c'])
  await removeNode('node-b')
  await controller.log.waitFor(/NodeSlicePool lan: .*: 2 of 3/, 2)
  expect((await scene.slices('lan'))[1]).toEqual(['10.0.0.128/26', ''])
})

test('every range has slices of its own, those of IPv6 too', async () => {
  const scene = await ClusterScene.create(api)
  await node('node-a')
  await network(scene, 'lan', {
    network_name: 'blue',
    ipRanges: [
      { range: 'fd00::/48', range_start: 'fd00:0:0:7::1', range_end: 'fd00:0:0:9::5' },
      { range: 'fd01::/62' },
    ],
    node_slice_size: '64',
  })
  const controller = controllerOf(scene)
  await written(controller, 'blue', '1 of 3')
  await written(controller, 'blue-fd01---62', '1 of 4')
  expect(await scene.slices('blue')).toEqual([
    ['fd00:0:0:7::/64', 'node-a'],
    ['fd00:0:0:8::/64', ''],
    ['fd00:0:0:9::/64', ''],
  ])
})

test("the slice of a node that goes is another one's once nobody has an address of it", async () => {
  const scene = await ClusterScene.create(api)
  for (const name of ['node-a', 'node-b']) await node(name)
  await network(scene, 'lan', { range: '10.0.0.0/25', node_slice_size: '/26' })
  await scene.pod('there')
  await scene.pool('node-a-10.0.0.0-26', '10.0.0.0/26', { 1: 'there' })
  const controller = controllerOf(scene)
  await written(controller, 'lan', '2 of 2')
  await removeNode('node-a')
  await node('node-c')
  await controller.log.waitFor(/no slot is left for nodes node-c/)
  expect((await scene.slices('lan'))[0]).toEqual(['10.0.0.0/26', 'node-a'])
  await scene.removePod('there')
  await controller.log.waitFor(/pool node-a-10.0.0.0-26: freed 1/)
  await controller.log.waitFor(/NodeSlicePool lan: .*2 of 2/, 2)
  expect(await scene.slices('lan')).toEqual([
    ['10.0.0.0/26', 'node-c'],
    ['10.0.0.64/26', 'node-b'],
  ])
})

test('a range is cut anew only when nobody loses an address by it', async () => {
  const scene = await ClusterScene.create(api)
  await node('node-a')
  await network(scene, 'lan', { range: '10.0.0.0/24', node_slice_size: '/25' })
  await scene.pod('there')
  await scene.pool('node-a-10.0.0.0-25', '10.0.0.0/25', { 1: 'there' })
  const controller = controllerOf(scene)
  await written(controller, 'lan', '1 of 2')
  await scene.changeNetwork('lan', { range: '10.0.0.0/24', node_slice_size: '/26' })
  await controller.log.waitFor(/not cut anew: .* node-a have addresses of 10.0.0.0\/25/)
  expect((await scene.slices('lan')).map(([range]) => range)).toEqual([
    '10.0.0.0/25',
    '10.0.0.128/25',
  ])
  await scene.removePod('there')
  await written(controller, 'lan', '1 of 4')
})

test("slices are their networks', and go with the last of them", async () => {
  const scene = await ClusterScene.create(api)
  await node('node-a')
  const ipam = { network_name: 'blue', range: '10.0.0.0/24', node_slice_size: '/25' }
  for (const name of ['one', 'two']) await network(scene, name, ipam)
  await scene.pod('there')
  await scene.pool('blue-node-a-10.0.0.0-25', '10.0.0.0/25', { 1: 'there' })
  const controller = controllerOf(scene)
  await written(controller, 'blue', '1 of 2')
  const { metadata } = await api.object(scene.slicesPath('blue'))
  expect(metadata.ownerReferences).toEqual([
    expect.objectContaining({ name: 'one', controller: true }),
    expect.objectContaining({ name: 'two' }),
  ])
  for (const name of ['one', 'two']) await scene.removeNetwork(name)
  await scene.removePod('there')
  await controller.log.waitFor(/NodeSlicePool blue: removed/)
  expect(await api.objects(customPath('nodeslicepools', scene.namespace))).toEqual([])
})

test('networks that do not agree keep the slices that there are', async () => {
  const scene = await ClusterScene.create(api)
  await node('node-a')
  const ipam = { network_name: 'blue', range: '10.0.0.0/24', node_slice_size: '/25' }
  await network(scene, 'one', ipam)
  const controller = controllerOf(scene)
  await written(controller, 'blue', '1 of 2')
  await network(scene, 'two', { ...ipam, node_slice_size: '/26' })
  await controller.log.waitFor(/NodeSlicePool blue: .*one wants .*\/25, .*two wants .*\/26/)
  expect(await scene.slices('blue')).toHaveLength(2)
})
