/**
 * Whether a daemon that keeps leases grows with time.
 *
 * usage: script/bench dhcp-soak [--minutes N] [--only NAME]
 */

import { parseArgs } from 'node:util'
import type { DhcpDaemon } from '#test/lab/dhcp-daemon.ts'
import type { ProcessUse } from '#test/lab/process-use.ts'
import { Workshop } from '#test/lab/workshop.ts'
import { contender, contenderNames } from './contenders.ts'
import { DhcpSite } from './dhcp-site.ts'
import { buildPrograms } from './runner.ts'
import { summary } from './summary.ts'

const leases = 40
const turnsPerRestart = 5
/** The part of the time at either end whose looks are compared. */
const endShare = 0.1
const memoryGrowth = 1.1

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, only: { type: 'string' } },
})
const name = contenderNames.find((known) => known === (values.only ?? 'netwright'))
if (name === undefined) throw new Error(`read --only: ${values.only} is unknown`)
const durationMs = Number(values.minutes ?? 10) * 60_000

buildPrograms()
const workshop = new Workshop()
try {
  const looks = await soak()
  process.exitCode = judge(looks) ? 0 : 1
} finally {
  await workshop.dispose()
}

/** What the daemon takes after each turn, while it holds no lease. */
async function soak(): Promise<readonly ProcessUse[]> {
  const one = contender(name ?? 'netwright', 'macvlan')
  const site = await DhcpSite.open(workshop, { leaseSeconds: 120, renewalSeconds: 3 })
  const daemon: DhcpDaemon = await site.startDaemon(one)
  const places = site.preparePlaces(leases)
  const looks: ProcessUse[] = []
  const end = Date.now() + durationMs
  while (Date.now() < end) {
    await site.acquire(one, places)
    if (looks.length % turnsPerRestart === 0) await restartServer(site)
    await site.release(one, places)
    looks.push(daemon.use())
  }
  return looks
}

/** Until it has renewed a lease. */
async function restartServer({ server }: DhcpSite): Promise<void> {
  const later = server.log.fromNow()
  await server.restart()
  await later.waitFor(server.message('DHCPACK'))
}

/** Tells how it began and how it ended; whether the one is as the other. */
function judge(looks: readonly ProcessUse[]): boolean {
  const size = Math.max(1, Math.floor(looks.length * endShare))
  // What comes first is getting warm.
  const early = describe(looks.slice(size, 2 * size))
  const late = describe(looks.slice(-size))
  console.log(`${name}: ${looks.length} turns of ${leases} leases`)
  console.table({ early, late })
  const isKept =
    late.descriptors <= early.descriptors &&
    late.threads <= early.threads &&
    late.pssKib <= early.pssKib * memoryGrowth
  if (!isKept) console.error('missed: the daemon has grown')
  return isKept
}

/** Medians. */
function describe(looks: readonly ProcessUse[]) {
  const median = (numbers: readonly number[]) => summary(numbers).median
  return {
    pssKib: median(looks.map(({ pssKib }) => pssKib)),
    descriptors: median(looks.map(({ descriptors }) => descriptors)),
    threads: median(looks.map(({ threads }) => threads)),
  }
}
