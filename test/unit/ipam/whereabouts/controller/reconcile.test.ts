import { describe, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type {
  ClusterState,
  Findings,
  Suspicions,
} from '#ipam/whereabouts/controller/reconcile/findings.ts'
import { isPodRef, reconcile } from '#ipam/whereabouts/controller/reconcile/reconcile.ts'
import { findListedPool } from '#ipam/whereabouts/controller/stores/listed-pool.ts'
import { poolName, reservationName } from '#ipam/whereabouts/pool/names.ts'
import { findAddressAt } from '#ipam/whereabouts/ranges/address-range.ts'
import { poolOf, reservationOf } from './cluster-store.ts'

const graceMs = 30_000

interface Look {
  readonly atMs: number
  readonly suspicions?: Suspicions
}

function look(state: Partial<ClusterState>, { atMs, suspicions = new Map() }: Look): Findings {
  const whole = { pods: new Set<string>(), pools: [], reservations: [], ...state }
  const now = { monotonicMs: atMs, wallMs: atMs }
  return reconcile(whole, { now, suspicions, graceMs })
}

/** What is found when all has been as it is for all of the grace. */
function lookLong(state: Partial<ClusterState>): Findings {
  const { suspicions } = look(state, { atMs: 0 })
  return look(state, { atMs: graceMs, suspicions })
}

function staleIn({ allocations, reservations }: Findings): readonly string[] {
  return [
    ...allocations.map(({ pool, offset }) => `${pool.name} ${offset}`),
    ...reservations.map(({ reservation }) => reservation.name),
  ]
}

/** Numbers that look like chance, and are the same in each run. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}

/** Of network names, nodes and ranges. */
const placements = [
  { ranges: ['10.0.0.0/28', 'fd00::/64'] },
  { node: 'node-1', ranges: ['10.0.1.0/28', 'fd00:1::/64'] },
  { networkName: 'blue', ranges: ['10.0.0.0/28', 'fd00::/64'] },
  { networkName: 'my-blue-net', ranges: ['10.0.0.0/28', 'fd00::/64'] },
  { networkName: 'my-blue-net', node: 'node-1', ranges: ['10.0.1.0/28', 'fd00:1::/64'] },
]

const pods = Array.from({ length: 20 }, (_, n) => `ns/pod-${n}`)

/** A cluster of pods that are there and that are not, of which each has some addresses. */
function anyCluster(seed: number) {
  const below = chance(seed)
  const filled = placements.map(({ ranges, ...names }) => {
    const key = { ...names, range: parseIpPrefix(ranges[below(2)] ?? '') }
    return { key, holders: anyHolders(below) }
  })
  return {
    pods: new Set(pods.filter(() => below(2) === 0)),
    pools: filled.map(({ key, holders }) => poolOf(poolName(key), `${key.range}`, holders)),
    reservations: filled.flatMap(({ key, holders }) => {
      return Object.entries(holders).flatMap(([offset, pod]) => {
        const address = findAddressAt(key.range, BigInt(offset))
        return address ? reservationOf(reservationName(key.networkName, address), pod) : []
      })
    }),
  }
}

function anyHolders(below: (below: number) => number): Readonly<Record<string, string>> {
  const offsets = Array.from({ length: 14 }, (_, n) => n + 1)
  const taken = offsets.filter(() => below(2) === 0)
  return Object.fromEntries(taken.map((offset) => [offset, pods[below(pods.length)] ?? '']))
}

describe('of any cluster', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed + 1)

  test('nothing of a pod that is there is stale', () => {
    for (const seed of seeds) {
      const cluster = anyCluster(seed)
      const { allocations, reservations } = lookLong(cluster)
      const holders = allocations.map(({ holder }) => holder.podRef)
      const owners = reservations.map(({ reservation }) => reservation.podRef)
      expect([...holders, ...owners].filter((podRef) => cluster.pods.has(podRef))).toEqual([])
    }
  })

  test('all of a pod that is gone is stale', () => {
    for (const seed of seeds) {
      const cluster = anyCluster(seed)
      const { allocations, reservations } = lookLong(cluster)
      const isGone = (podRef: string) => !cluster.pods.has(podRef)
      const taken = cluster.pools.flatMap(({ taken }) => [...taken])
      expect(allocations).toHaveLength(taken.filter(([, { podRef }]) => isGone(podRef)).length)
      const left = cluster.reservations.filter(({ podRef }) => isGone(podRef))
      expect(reservations.map(({ reservation }) => reservation)).toEqual(left)
    }
  })

  test('nothing is stale at first sight', () => {
    for (const seed of seeds) expect(staleIn(look(anyCluster(seed), { atMs: 0 }))).toEqual([])
  })
})

describe('an allocation', () => {
  const pools = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'ns/a' })]

  test('is stale when its pod has not been there for all of the grace', () => {
    const first = look({ pools }, { atMs: 1_000 })
    const before = look({ pools }, { atMs: 30_999, suspicions: first.suspicions })
    expect(staleIn(before)).toEqual([])
    const after = look({ pools }, { atMs: 31_000, suspicions: before.suspicions })
    expect(staleIn(after)).toEqual(['10.0.0.0-24 1'])
  })

  test('is cleared when its pod is there once', () => {
    const { suspicions } = look({ pools }, { atMs: 0 })
    const pods = new Set(['ns/a'])
    const cleared = look({ pools, pods }, { atMs: 20_000, suspicions })
    expect(cleared.suspicions.size).toBe(0)
    expect(staleIn(look({ pools }, { atMs: 40_000, ...cleared }))).toEqual([])
  })

  test('that another container has is another one', () => {
    const { suspicions } = look({ pools }, { atMs: 0 })
    const later = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'ns/b' })]
    expect(staleIn(look({ pools: later }, { atMs: graceMs, suspicions }))).toEqual([])
  })

  test.each(['', 'pod', '/pod', 'ns/', 'a/b/c'])('of %j is left alone', (podRef) => {
    const strange = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: podRef })]
    const findings = lookLong({ pools: strange })
    expect(staleIn(findings)).toEqual([])
    expect(findings.strange).toEqual([
      `pool 10.0.0.0-24, 1: ${JSON.stringify(podRef)} names no pod`,
    ])
    expect(isPodRef(podRef)).toBe(false)
  })

  test('that rests is free when it has rested, whether its pod is there or not', () => {
    const object = (seconds: number) => ({
      range: '10.0.0.0/24',
      entries: { 1: { id: `resting-until-${seconds}`, podref: 'ns/a', ifname: 'net1' } },
    })
    const name = '10.0.0.0-24'
    const resting = (seconds: number) => {
      const pool = findListedPool(name, object(seconds))
      return pool === undefined ? [] : [pool]
    }
    expect(staleIn(look({ pools: resting(31) }, { atMs: 30_000 }))).toEqual([])
    const pods = new Set(['ns/a'])
    expect(staleIn(look({ pools: resting(30), pods }, { atMs: 30_000 }))).toEqual([`${name} 1`])
  })
})

describe('a reservation of a pod that is there', () => {
  const pods = new Set(['ns/a', 'ns/b'])
  const reservations = [reservationOf('10.0.0.1', 'ns/a')]

  test('is stale when no pool has the address', () => {
    expect(staleIn(lookLong({ pods, reservations }))).toEqual(['10.0.0.1'])
    expect(lookLong({ pods, reservations }).reservations[0]).not.toHaveProperty('podRef')
  })

  test('is stale when another pod has the address', () => {
    const pools = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'ns/b' })]
    expect(staleIn(lookLong({ pods, reservations, pools }))).toEqual(['10.0.0.1'])
  })

  test('is stale when the address was given back, and rests', () => {
    const entry = { id: 'resting-until-9000', podref: 'ns/a', ifname: 'net1' }
    const object = { range: '10.0.0.0/24', entries: { 1: entry } }
    const pool = findListedPool('10.0.0.0-24', object)
    const pools = pool === undefined ? [] : [pool]
    expect(staleIn(lookLong({ pods, reservations, pools }))).toEqual(['10.0.0.1'])
  })

  test('has all of the grace when its pod has just come back', () => {
    const { suspicions } = look({ reservations }, { atMs: 0 })
    expect(staleIn(look({ pods, reservations }, { atMs: graceMs, suspicions }))).toEqual([])
  })

  test('is kept when it was without an entry only for a moment', () => {
    const { suspicions } = look({ pods, reservations }, { atMs: 0 })
    const pools = [poolOf('10.0.0.0-24', '10.0.0.0/24', { 1: 'ns/a' })]
    const kept = look({ pods, reservations, pools }, { atMs: graceMs, suspicions })
    expect(staleIn(kept)).toEqual([])
    expect(kept.suspicions.size).toBe(0)
  })
})

test('a reservation that names no pod is left alone', () => {
  const findings = lookLong({ reservations: [reservationOf('10.0.0.1', 'pod')] })
  expect(staleIn(findings)).toEqual([])
  expect(findings.strange).toEqual(['reservation 10.0.0.1: "pod" names no pod'])
})
