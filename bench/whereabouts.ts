/**
 * Many processes on several nodes that take addresses of one range, and then give them back and take
 * others: how fast, and whether any two ever have the same, or any is lost.
 *
 * usage: script/bench whereabouts [--only NAME,NAME] [--minutes N]
 */

import { parseArgs } from 'node:util'
import type { AddressWorkload } from '#test/lab/address-workload.ts'
import { Workshop } from '#test/lab/workshop.ts'
import { writeMeasured } from './document.ts'
import { describeMachine } from './machine.ts'
import { type Place, workloadOf } from './whereabouts-load.ts'
import { type DatastoreName, datastoreNames, openSite } from './whereabouts-sites.ts'

const processes = 50
const nodes = 10
const addresses = 2_000
/** Parts of the filling that are told apart. */
const parts = 4
/** The numbers of nodes whose effect is measured, each with as many processes for each node. */
const clusterSizes = [1, 5, 10]
const addressesOfNode = 20

const { values } = parseArgs({ options: { only: { type: 'string' }, minutes: { type: 'string' } } })
const minutes = Number(values.minutes ?? 5)
const chosen = chooseDatastores()

const rows: (readonly string[])[] = []
let isGood = true
for (const name of chosen) await measure(name)
const head = ['datastore', 'what', 'ADD and DEL a second']
const text = [describeMachine(), table([head, head.map(() => '---'), ...rows])].join('\n\n')
console.log(text)
if (Object.keys(values).length === 0) writeMeasured('measured of whereabouts', text)
process.exitCode = isGood ? 0 : 1

/** @throws Error when the option names another */
function chooseDatastores(): readonly DatastoreName[] {
  const wanted: readonly string[] = values.only?.split(',') ?? datastoreNames
  const unknown = wanted.find((one) => !datastoreNames.some((name) => name === one))
  if (unknown !== undefined) throw new Error(`read --only: ${unknown} is unknown`)
  return datastoreNames.filter((name) => wanted.includes(name))
}

async function measure(name: DatastoreName): Promise<void> {
  const workshop = new Workshop()
  try {
    const site = await openSite(name, workshop)
    const count = site.isShared ? nodes : 1
    const place = { site, folder: workshop.folder, pool: '10.7.0.0-16', range: '10.7.0.0/16' }
    const workload = workloadOf(place, { processes, nodes: count })
    for (let part = 1; part <= parts; part += 1) {
      const filled = (addresses / parts) * part
      const what = `${filled - addresses / parts} to ${filled} addresses, ${count} nodes`
      await note({ name, what, workload }, () => workload.fill(filled))
    }
    const end = Date.now() + minutes * 60_000
    const what = `any come and go, for ${minutes} minutes`
    await note({ name, what, workload }, () => workload.churn(() => Date.now() < end))
    await compare(name, place, workload.held)
    await workload.empty()
    await compare(name, place, [])
    if (site.isShared)
      await measureNodes(name, { ...place, pool: '10.8.0.0-16', range: '10.8.0.0/16' })
  } finally {
    await workshop.dispose()
  }
}

async function measureNodes(name: DatastoreName, place: Place): Promise<void> {
  for (const size of clusterSizes) {
    const workload = workloadOf(place, { processes: size * (processes / nodes), nodes: size })
    const count = size * addressesOfNode
    const what = `the first ${count} addresses, ${size} nodes`
    await note({ name, what, workload }, () => workload.fill(count))
    await workload.empty()
  }
}

interface Measured {
  readonly name: DatastoreName
  readonly what: string
  readonly workload: AddressWorkload
}

/** Does it, and writes down how fast. */
async function note({ name, what, workload }: Measured, act: () => Promise<void>): Promise<void> {
  const [calls, begin] = [workload.calls, performance.now()]
  await act()
  const seconds = (performance.now() - begin) / 1_000
  rows.push([name, what, ((workload.calls - calls) / seconds).toFixed(0)])
  console.error(`whereabouts: ${rows.at(-1)?.join(', ')}`)
}

/** Whether the datastore has what the pods have, and nothing else. */
async function compare(name: DatastoreName, { site, pool }: Place, held: readonly string[]) {
  const expected = held.map(withOffset)
  const found = await site.readAllocations(pool)
  const lost = expected.filter((each) => !found.includes(each))
  const leaked = found.filter((each) => !expected.includes(each))
  if (lost.length + leaked.length === 0) return
  isGood = false
  console.error(`missed: ${name}: lost ${lost.join(', ')}; leaked ${leaked.join(', ')}`)
}

/** `ns/pod7 258` of `pod7 10.7.1.2`. */
function withOffset(held: string): string {
  const [pod, address = ''] = held.split(' ')
  const [, , third, fourth] = address.split('.').map(Number)
  return `ns/${pod} ${(third ?? 0) * 256 + (fourth ?? 0)}`
}

function table(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
