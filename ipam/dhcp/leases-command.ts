/** `netwright leases`: what leases there are on this machine. */

import { messageOf } from '#base/collect-failures.ts'
import type { Host } from '#host/host.ts'
import { listOf } from '#schema/fields.ts'
import { readConfig } from '#schema/schema.ts'
import { askDaemon, NoDaemonError } from './ask-daemon.ts'
import { defaultSocketPath } from './config.ts'
import { factsOf, type LeaseFacts, leaseFacts, statesOfRecord } from './lease-facts.ts'
import { LeaseFolder } from './record/lease-folder.ts'

export const leasesUsage: string = `usage: netwright leases [--json] [--socketpath PATH]
  --json             a list of objects instead of a table
  --socketpath PATH  the daemon's socket (${defaultSocketPath})
`

const usageStatus = 2
const failureStatus = 1

/** Prints the leases and returns the exit status. */
export async function runLeases(host: Host, words: readonly string[]): Promise<number> {
  const wishes = readWishes(words)
  if (wishes === undefined) {
    await host.streams.writeDiagnostic(leasesUsage)
    return usageStatus
  }
  try {
    const leases = await listLeases(host, wishes.socketPath)
    const text = wishes.isJson ? `${JSON.stringify(leases, undefined, 2)}\n` : formatTable(leases)
    await host.streams.writeOutput(text)
    return 0
  } catch (error) {
    await host.streams.writeDiagnostic(`netwright leases: ${messageOf(error)}\n`)
    return failureStatus
  }
}

interface Wishes {
  readonly isJson: boolean
  readonly socketPath: string
}

/** Nothing when the words are not as expected. */
function readWishes(words: readonly string[]): Wishes | undefined {
  let wishes: Wishes = { isJson: false, socketPath: defaultSocketPath }
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const socketPath = /^--?socketpath$/.test(word) ? rest.shift() : undefined
    if (socketPath !== undefined) wishes = { ...wishes, socketPath }
    else if (/^--?json$/.test(word)) wishes = { ...wishes, isJson: true }
    else return undefined
  }
  return wishes
}

/** The files tell of leases that no daemon attends to. */
async function listLeases(host: Host, socketPath: string): Promise<readonly LeaseFacts[]> {
  try {
    const leases = await askDaemon(host, socketPath, { verb: 'list' })
    return readConfig(listOf(leaseFacts), leases)
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error
    const found = await new LeaseFolder(host, socketPath).readAll()
    const records = found.filter((each) => 'order' in each)
    const states = records.flatMap((record) =>
      statesOfRecord(record, record.isOwed ? 'owed' : 'unattended'),
    )
    return states.map((each) => factsOf(host.clock, each))
  }
}

const columns = [
  ['STATE', 'state'],
  ['ADDRESS', 'address'],
  ['SERVER', 'server'],
  ['T1', 'renewal'],
  ['T2', 'rebinding'],
  ['EXPIRY', 'expiry'],
  ['CONTAINER', 'containerId'],
  ['NETWORK', 'network'],
  ['INTERFACE', 'ifName'],
  ['NAMESPACE', 'netns'],
] as const

/** Columns as wide as what is in them. */
function formatTable(leases: readonly LeaseFacts[]): string {
  const rows = [
    columns.map(([title]) => title),
    ...leases.map((lease) => columns.map(([, key]) => lease[key] ?? '-')),
  ]
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  return lines.map((cells) => `${cells.join('  ').trimEnd()}\n`).join('')
}
