/** What is in the pools of a cluster, and what became of it. */

import { addressBits } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { type Metric, type Sample, single } from './metrics.ts'
import type { Account } from './reconcile/collector.ts'
import type { ListedPool } from './reconcile/findings.ts'

/** What has happened since the controller was started. */
export interface Tally {
  runs: number
  failedRuns: number
  /** What failed in runs that went on. */
  failures: number
  freedAllocations: number
  removedReservations: number
}

export function newTally(): Tally {
  return { runs: 0, failedRuns: 0, failures: 0, freedAllocations: 0, removedReservations: 0 }
}

export function tallyMetrics(tally: Tally): readonly Metric[] {
  const counter = (name: string, help: string, value: number) => {
    return single(`whereabouts_${name}`, 'counter', { help, value })
  }
  return [
    counter('reconcile_runs_total', 'Looks at all pools and reservations.', tally.runs),
    counter(
      'reconcile_failed_runs_total',
      'Looks that could not be finished, as the cluster could not be read.',
      tally.failedRuns,
    ),
    counter('reconcile_failures_total', 'What failed in looks that went on.', tally.failures),
    counter(
      'freed_allocations_total',
      'Addresses that were freed because their pods are gone, or because they have rested.',
      tally.freedAllocations,
    ),
    counter(
      'removed_reservations_total',
      'Reservations that were removed because nobody has their addresses.',
      tally.removedReservations,
    ),
  ]
}

/** As it was when it was looked at last. */
export function poolMetrics({ pools, reservationCount }: Account): readonly Metric[] {
  const gauge = (name: string, help: string, value: (pool: ListedPool) => number): Metric => {
    const samples = pools.map((pool) => sampleOf(pool, value(pool)))
    return { name: `whereabouts_pool_${name}`, kind: 'gauge', help, samples }
  }
  return [
    gauge('addresses', 'Addresses of the range but its first and its last.', countUsable),
    gauge('allocated', 'Addresses that pods have.', ({ taken }) => {
      return taken.size - taken.resting().length
    }),
    gauge('resting', 'Addresses that were given back and are not given yet.', ({ taken }) => {
      return taken.resting().length
    }),
    gauge('free', 'Addresses that nobody has, excluded ones among them.', (pool) => {
      return Math.max(0, countUsable(pool) - pool.taken.size)
    }),
    single('whereabouts_reservations', 'gauge', {
      help: 'Addresses that are reserved in all pools of a network name.',
      value: reservationCount,
    }),
  ]
}

function sampleOf({ name, key }: ListedPool, value: number): Sample {
  return { labels: { pool: name, range: `${key.range}` }, value }
}

function countUsable({ key }: ListedPool): number {
  return Math.max(0, sizeOf(key.range) - 2)
}

/** Of large ranges as exact as a number can be. */
function sizeOf({ address, length }: IpPrefix): number {
  return 2 ** (addressBits(address.family) - length)
}
