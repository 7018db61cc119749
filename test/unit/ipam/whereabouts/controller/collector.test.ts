import { expect, test } from 'vitest'
import { formatMetrics } from '#ipam/whereabouts/controller/metrics.ts'
import { poolMetrics } from '#ipam/whereabouts/controller/pool-metrics.ts'
import { type Account, Collector } from '#ipam/whereabouts/controller/reconcile/collector.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { MemoryCluster, poolOf, reservationOf } from './cluster-store.ts'

const graceMs = 30_000

interface Watched {
  readonly cluster: MemoryCluster
  readonly events: string[]
  readonly log: string[]
  /** A first look, and another one when the grace is over, with these pods in view. */
  readonly runTwice: (seen?: Iterable<string>) => Promise<Account>
}

function watch(cluster = new MemoryCluster()): Watched {
  const clock = new FakeClock()
  const events: string[] = []
  const log: string[] = []
  const collector = new Collector({
    store: cluster,
    clock,
    graceMs,
    log: (about, text) => void log.push(`${about}: ${text}`),
    events: {
      freed: ({ pool, offset, podRef }) =>
        void events.push(`freed ${pool.name} ${offset} ${podRef}`),
      failed: ({ offset }, reason) => void events.push(`failed ${offset}: ${reason}`),
      removed: ({ name }) => void events.push(`removed ${name}`),
    },
  })
  const runTwice = async (seen: Iterable<string> = cluster.pods) => {
    await collector.run(new Set(seen))
    await clock.advance(graceMs)
    return await collector.run(new Set(seen))
  }
  return { cluster, events, log, runTwice }
}

function blueCluster(): MemoryCluster {
  const cluster = new MemoryCluster()
  cluster.pods.add('ns/there')
  cluster.pools = [
    poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'ns/gone', 2: 'ns/there' }),
    poolOf('blue-fd00---64', 'fd00::/64', { 1: 'ns/gone', 2: 'ns/there' }),
  ]
  cluster.reservations = [
    reservationOf('10.0.0.1', 'ns/gone'),
    reservationOf('10.0.0.2', 'ns/there'),
    reservationOf('blue-fd00--1', 'ns/gone'),
    reservationOf('blue-fd00--2', 'ns/there'),
  ]
  return cluster
}

const kept = ['10.0.0.0-24 2 ns/there', 'blue-fd00---64 2 ns/there']

test('pools are read after reservations, and freed before them', async () => {
  const { cluster, runTwice, events } = watch(blueCluster())
  const { failureCount } = await runTwice()
  expect(failureCount).toBe(0)
  expect(cluster.requests.slice(2)).toEqual([
    'list reservations',
    'list pools',
    'free in 10.0.0.0-24',
    'free in blue-fd00---64',
    'list pools',
    'remove 10.0.0.1',
    'remove blue-fd00--1',
  ])
  expect(cluster.holders()).toEqual(kept)
  expect(events).toContain('freed 10.0.0.0-24 1 ns/gone')
})

test('a pod that is there after all keeps what it has', async () => {
  const { cluster, runTwice } = watch(blueCluster())
  cluster.pods.add('ns/gone')
  await runTwice(['ns/there'])
  expect(cluster.holders()).toHaveLength(4)
  expect(cluster.reservations).toHaveLength(4)
})

test('a pool that cannot be changed keeps its reservations, and nobody else', async () => {
  const { cluster, runTwice, events, log } = watch(blueCluster())
  cluster.stuck.add('10.0.0.0-24')
  const { failureCount } = await runTwice()
  expect(failureCount).toBe(1)
  expect(cluster.holders()).toEqual(['10.0.0.0-24 1 ns/gone', ...kept])
  expect(cluster.reservations.map(({ name }) => name)).toEqual([
    '10.0.0.1',
    '10.0.0.2',
    'blue-fd00--2',
  ])
  expect(events).toContain('failed 1: 10.0.0.0-24 is stuck')
  expect(log).toContain('free addresses of pool 10.0.0.0-24: 10.0.0.0-24 is stuck')
})

test('what is strange is told once', async () => {
  const cluster = new MemoryCluster()
  cluster.pools = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'pod' })]
  const { runTwice, log } = watch(cluster)
  await runTwice()
  expect(log).toEqual(['left alone: pool 10.0.0.0-24, 1: "pod" names no pod'])
})

test('a pool of thousands is freed in patches that the cluster takes', async () => {
  const cluster = new MemoryCluster()
  const holders = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [n + 1, 'ns/gone']))
  cluster.pools = [poolOf('10.0.0.0-16', '10.0.0.0/16', holders)]
  const { runTwice } = watch(cluster)
  await runTwice()
  expect(cluster.requests.filter((request) => request.startsWith('free'))).toHaveLength(3)
})

test('the metrics of pools count what is in them', async () => {
  const cluster = blueCluster()
  const { runTwice } = watch(cluster)
  const text = formatMetrics(poolMetrics(await runTwice()))
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE whereabouts_pool_addresses gauge',
      'whereabouts_pool_addresses{pool="10.0.0.0-24",range="10.0.0.0/24"} 254',
      'whereabouts_pool_allocated{pool="10.0.0.0-24",range="10.0.0.0/24"} 2',
      'whereabouts_pool_free{pool="10.0.0.0-24",range="10.0.0.0/24"} 252',
      'whereabouts_pool_resting{pool="blue-fd00---64",range="fd00::/64"} 0',
      'whereabouts_reservations 4',
    ]),
  )
})
