/** What is measured of daemons that keep leases. */

import { setTimeout as pause } from 'node:timers/promises'
import { Workshop } from '#test/lab/workshop.ts'
import type { Contender } from './contenders.ts'
import { DhcpSite } from './dhcp-site.ts'
import type { Numbers } from './measurements.ts'
import { summary } from './summary.ts'

export type DhcpMeasure =
  | 'idleMemory'
  | 'someMemory'
  | 'fullMemory'
  | 'leaseMemory'
  | 'renewalTime'
  | 'leaseAdd'

export type DhcpMeasurements = Readonly<Partial<Record<DhcpMeasure, Numbers>>>

/** Of one contender. */
type Taken = Readonly<Partial<Record<DhcpMeasure, number>>>

const someLeases = 100
const fullLeases = 1000
const countedRenewals = 1000
/** How many renewals are awaited at a time. */
const stride = 100

/** dnsmasq does not say less. */
const renewalSeconds = 3

/** Memory of a daemon, as it gets leases that nobody renews meanwhile; in KiB. */
export async function measureMemory(contender: Contender): Promise<Taken> {
  return await within(async (workshop) => {
    const site = await DhcpSite.open(workshop, { leaseSeconds: 86_400 })
    const daemon = await site.startDaemon(contender)
    const places = site.preparePlaces(fullLeases)
    const settled = async () => await settledKib(() => daemon.use().pssKib)
    const idleMemory = await settled()
    await site.acquire(contender, places.slice(0, someLeases))
    const someMemory = await settled()
    await site.acquire(contender, places.slice(someLeases))
    const fullMemory = await settled()
    const leaseMemory = (fullMemory - someMemory) / (fullLeases - someLeases)
    return { idleMemory, someMemory, fullMemory, leaseMemory }
  })
}

/** Time of a daemon on processors for 1,000 renewals, in milliseconds. */
export async function measureRenewals(contender: Contender): Promise<Taken> {
  return await within(async (workshop) => {
    const timing = { leaseSeconds: 120, renewalSeconds, rebindingSeconds: 100 }
    const site = await DhcpSite.open(workshop, timing)
    const daemon = await site.startDaemon(contender)
    const places = site.preparePlaces(someLeases)
    await site.acquire(contender, places)
    site.addressAll(places)
    const before = daemon.use().cpuMs
    const renewals = site.server.log.fromNow()
    const acknowledged = site.server.message('DHCPACK')
    for (let count = stride; count <= countedRenewals; count += stride) {
      await renewals.waitFor(acknowledged, count)
    }
    const spentMs = daemon.use().cpuMs - before
    return { renewalTime: (spentMs * 1000) / renewals.seen(acknowledged).length }
  })
}

/** Milliseconds of ADDs of macvlan with dhcp; contenders take turns, against the same server. */
export async function measureAdds(
  contenders: readonly Contender[],
  rounds: number,
): Promise<readonly (readonly [Contender, Taken])[]> {
  return await within(async (workshop) => {
    const site = await DhcpSite.open(workshop, { leaseSeconds: 86_400 })
    for (const contender of contenders) await site.startDaemon(contender)
    const taken: (readonly [Contender, Taken])[] = []
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
        taken.push([contender, { leaseAdd: await site.timeAdd(contender) }])
      }
    }
    return taken
  })
}

/** What was taken, by measure and contender, in the order of the rounds. */
export function gather(taken: readonly (readonly [Contender, Taken])[]): DhcpMeasurements {
  const gathered: Partial<Record<DhcpMeasure, Map<Contender['name'], number[]>>> = {}
  for (const [{ name }, measures] of taken) {
    for (const [measure, number] of Object.entries(measures) as [DhcpMeasure, number][]) {
      const numbers = gathered[measure] ?? new Map()
      gathered[measure] = numbers.set(name, [...(numbers.get(name) ?? []), number])
    }
  }
  return gathered
}

async function within<T>(work: (workshop: Workshop) => Promise<T>): Promise<T> {
  const workshop = new Workshop()
  try {
    return await work(workshop)
  } finally {
    await workshop.dispose()
  }
}

const looks = 9
const lookEveryMs = 500

/** The median of some seconds: memory comes and goes with garbage. */
async function settledKib(look: () => number): Promise<number> {
  const seen: number[] = []
  for (let count = 0; count < looks; count += 1) {
    await pause(lookEveryMs)
    seen.push(look())
  }
  return summary(seen).median
}
