import { afterAll, beforeAll, expect } from 'vitest'
import { AddressWorkload, times } from '#test/lab/address-workload.ts'
import { etcdEntries, type SingleEtcd, startEtcd } from '#test/lab/etcd-server.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import { reachOwnLoopback } from '#test/lab/own-loopback.ts'
import { Workshop } from '#test/lab/workshop.ts'
import '#test/lab/matchers.ts'

let workshop: Workshop
let etcd: SingleEtcd

beforeAll(async () => {
  workshop = new Workshop()
  etcd = await startEtcd(workshop)
})

afterAll(() => workshop.dispose())

/** Of a pool: `5 c5`. */
function allocationsIn(pool: string): readonly string[] {
  const access = { endpoints: [etcd.clientUrl] }
  const blocks = etcdEntries(access, `/netwright/whereabouts/v1/pools/${pool}/0`)
  return [...blocks.values()].flatMap((block) => {
    const entries: [string, { id: string }][] = Object.entries(JSON.parse(block))
    return entries.map(([offset, { id }]) => `${offset} ${id}`)
  })
}

test('processes that take and give back addresses in etcd never share one', {
  timeout: 180_000,
}, async ({ lab }) => {
  const host = lab.host()
  reachOwnLoopback(host)
  const ipam = { type: 'whereabouts', datastore: 'etcd', etcd_host: etcd.clientUrl }
  const network = new IpamNetwork(lab, { ...ipam, range: '10.7.0.0/24' }, {}, host)
  const workload = new AddressWorkload({
    processes: 6,
    nodes: 1,
    call: (command, { name }) => network.call(command, name),
  })
  await workload.fill(18)
  await workload.churn(times(18))
  const held = workload.held.map((each) => each.replace(/^(\S+) 10\.7\.0\.(\d+)$/, '$2 $1'))
  expect([...allocationsIn('10.7.0.0-24')].sort()).toEqual([...held].sort())
  await workload.empty()
  expect(allocationsIn('10.7.0.0-24')).toEqual([])
})
