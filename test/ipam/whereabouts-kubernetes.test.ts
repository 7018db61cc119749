import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { AddressWorkload, times } from '#test/lab/address-workload.ts'
import { bridge, type Config, macvlan } from '#test/lab/config-builders.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { customPath, type KubernetesApi, startKubernetesApi } from '#test/lab/kubernetes-api.ts'
import { writeKubeconfig } from '#test/lab/kubernetes-datastore.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import { reachOwnLoopback } from '#test/lab/own-loopback.ts'
import { Workshop } from '#test/lab/workshop.ts'
import '#test/lab/matchers.ts'

let workshop: Workshop
let api: KubernetesApi
let namespaces = 0

beforeAll(async () => {
  workshop = new Workshop()
  api = await startKubernetesApi(workshop)
})

afterAll(() => workshop.dispose())

/** A namespace of the test's own, and how the plugin gets there. */
async function newNamespace() {
  namespaces += 1
  const namespace = await api.namespace(`plugin-${namespaces}`)
  return { namespace, kubeconfig: writeKubeconfig(api, { context: { namespace } }) }
}

const podOf = (name: string) => `IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=${name}`

/** Of all pools of a namespace: `192.168.78.0-24 200 ns/a`. */
async function allocationsIn(namespace: string): Promise<readonly string[]> {
  const pools = await api.objects(customPath('ippools', namespace))
  return pools.flatMap(({ metadata, spec }) => {
    const entries: [string, { podref: string }][] = Object.entries(Object(spec?.allocations))
    return entries.map(([offset, { podref }]) => `${metadata.name} ${offset} ${podref}`)
  })
}

async function reservationsIn(namespace: string): Promise<readonly string[]> {
  const found = await api.objects(customPath('overlappingrangeipreservations', namespace))
  return found.map(({ metadata, spec }) => `${metadata.name} ${spec?.podref}`)
}

describe('the configuration of Antrea’s cookbook works with', () => {
  const ipamOf = (kubeconfig: string, lab: Lab): Config => ({
    type: 'whereabouts',
    datastore: 'kubernetes',
    kubernetes: { kubeconfig },
    range: '192.168.78.0/24',
    exclude: [
      '192.168.78.0/25',
      '192.168.78.128/26',
      '192.168.78.192/29',
      '192.168.78.250/31',
      '192.168.78.252/30',
    ],
    log_file: join(lab.folder, 'whereabouts.log'),
    log_level: 'debug',
    dataDir: lab.dataDir(),
  })

  test.for([
    ['macvlan', macvlan],
    ['bridge', bridge],
  ] as const)('%s', async ([, build], { lab }) => {
    const { namespace, kubeconfig } = await newNamespace()
    const host = lab.host()
    lab.cable(host, 'eth0')
    reachOwnLoopback(host)
    const config = build({ cniVersion: '0.3.1', ipam: ipamOf(kubeconfig, lab) })
    const pods = [lab.pod(host), lab.pod(host)]
    for (const [index, pod] of pods.entries()) {
      expect(await pod.add(config, { args: podOf(`p${index}`) })).toSucceed()
      expect(pod).toHaveAddress('net1', `192.168.78.${200 + index}/24`)
    }
    expect(pods[1]).toReach('192.168.78.200')
    expect(await allocationsIn(namespace)).toEqual([
      '192.168.78.0-24 200 ns/p0',
      '192.168.78.0-24 201 ns/p1',
    ])
    expect(await reservationsIn(namespace)).toEqual([
      '192.168.78.200 ns/p0',
      '192.168.78.201 ns/p1',
    ])
    for (const [index, pod] of pods.entries()) {
      expect(await pod.del(config, { args: podOf(`p${index}`) })).toSucceed()
    }
    expect(await allocationsIn(namespace)).toEqual([])
    expect(await reservationsIn(namespace)).toEqual([])
    const log = readFileSync(join(lab.folder, 'whereabouts.log'), 'utf8')
    expect(log).toMatch(
      /^\S+ \[verbose\] ADD of \S+ for \S+ net1 .*K8S_POD_NAME=p0: 192.168.78.200\/24$/m,
    )
  })
})

test('nodes that take and give back addresses at a time never share one', {
  timeout: 180_000,
}, async ({ lab }) => {
  const { namespace, kubeconfig } = await newNamespace()
  const ipam = { type: 'whereabouts', range: '10.7.0.0/24', kubernetes: { kubeconfig } }
  const nodes = [0, 1, 2].map((node) => {
    const host = lab.host()
    reachOwnLoopback(host)
    const dataDir = join(lab.folder, `node-${node}`)
    return new IpamNetwork(lab, { ...ipam, dataDir }, { name: 'lan' }, host)
  })
  const workload = new AddressWorkload({
    processes: 6,
    nodes: nodes.length,
    call: async (command, { name, node }) => {
      const network = nodes[node]
      if (network === undefined) throw new Error(`there is no node ${node}`)
      return await network.call(command, name, { args: podOf(name) })
    },
  })
  await workload.fill(18)
  await workload.churn(times(18))
  const held = workload.held.map((each) =>
    each.replace(/^(\S+) 10\.7\.0\.(\d+)$/, '10.7.0.0-24 $2 ns/$1'),
  )
  expect([...(await allocationsIn(namespace))].sort()).toEqual([...held].sort())
  const reserved = workload.held.map((each) => each.replace(/^(\S+) (\S+)$/, '$2 ns/$1'))
  expect([...(await reservationsIn(namespace))].sort()).toEqual([...reserved].sort())
  await workload.empty()
  expect(await allocationsIn(namespace)).toEqual([])
  expect(await reservationsIn(namespace)).toEqual([])
})

test('a node gives of its slice', async ({ lab }) => {
  const { namespace, kubeconfig } = await newNamespace()
  const slices = { range: '10.7.0.0/24', sliceSize: '/28' }
  await api.create({
    apiVersion: 'whereabouts.cni.cncf.io/v1alpha1',
    kind: 'NodeSlicePool',
    metadata: { name: 'lan', namespace },
    spec: slices,
    status: {
      allocations: [
        { nodeName: 'n0', sliceRange: '10.7.0.0/28' },
        { nodeName: 'n1', sliceRange: '10.7.0.16/28' },
      ],
    },
  })
  const host = lab.host()
  reachOwnLoopback(host)
  const ipam = { type: 'whereabouts', range: '10.7.0.0/24', kubernetes: { kubeconfig } }
  const sliced = { ...ipam, node_slice_size: '/28', exclude: ['10.7.0.16/31'] }
  const network = new IpamNetwork(lab, sliced, { name: 'lan', cniVersion: '1.1.0' }, host)
  const on = (node: string) => ({ args: podOf(node), environment: { NODENAME: node } })
  expect(await network.give('a', on('n1'))).toEqual(['10.7.0.18/24'])
  expect(await network.give('b', on('n0'))).toEqual(['10.7.0.1/24'])
  expect(await allocationsIn(namespace)).toEqual([
    'n0-10.7.0.0-28 1 ns/n0',
    'n1-10.7.0.16-28 2 ns/n1',
  ])
  expect(await network.add('c', on('n2'))).toFailWith(11, 'no allocated node slice for node n2')
  expect(await network.del('a', on('n1'))).toSucceed()
  expect(await allocationsIn(namespace)).toEqual(['n0-10.7.0.0-28 1 ns/n0'])
})

test('an API that does not answer is told by STATUS, and does not keep a DEL', async ({ lab }) => {
  const { namespace, kubeconfig } = await newNamespace()
  const host = lab.host()
  reachOwnLoopback(host)
  const ipam = { type: 'whereabouts', range: '10.7.0.0/24', kubernetes: { kubeconfig } }
  const network = new IpamNetwork(lab, ipam, { name: 'lan', cniVersion: '1.1.0' }, host)
  await network.give('a', { args: podOf('a') })
  host.ip('link', 'set', 'own0', 'down')
  expect(await network.status()).toFailWith(50, 'ENETUNREACH')
  expect(await network.del('a', { args: podOf('a') })).toSucceed()
  host.ip('link', 'set', 'own0', 'up')
  host.ip('route', 'add', api.address, 'dev', 'own0')
  expect(await network.status()).toSucceed()
  expect(await network.give('b', { args: podOf('b') })).toEqual(['10.7.0.2/24'])
  expect(await allocationsIn(namespace)).toEqual(['10.7.0.0-24 2 ns/b'])
})
