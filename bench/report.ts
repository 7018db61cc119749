/** Putting measurements into words and tables. */

import type { Budget, Verdict } from './budgets.ts'
import { type ContenderName, contenderNames } from './contenders.ts'
import type { DhcpMeasure } from './dhcp-measures.ts'
import type { Measure, Measurements, Numbers } from './measurements.ts'
import { type SceneName, scenes } from './scenes.ts'
import { podCount } from './site.ts'
import { type Summary, summary } from './summary.ts'

interface Row {
  readonly measure: Measure | DhcpMeasure
  readonly title: string
  readonly unit: string
  /** How many of what was measured make one of the unit. */
  readonly scale: number
}

const rows: readonly Row[] = [
  { measure: 'version', title: 'VERSION', unit: 'ms', scale: 1 },
  { measure: 'add', title: 'ADD', unit: 'ms', scale: 1 },
  { measure: 'del', title: 'DEL', unit: 'ms', scale: 1 },
  { measure: 'parallelAdd', title: `ADD, ${podCount} at once`, unit: 'per second', scale: 1 },
  { measure: 'parallelDel', title: `DEL, ${podCount} at once`, unit: 'per second', scale: 1 },
  { measure: 'peakMemory', title: 'peak memory of an ADD', unit: 'MiB', scale: 1024 },
  { measure: 'systemCalls', title: 'system calls of an ADD', unit: '', scale: 1 },
  { measure: 'size', title: 'size on the disk', unit: 'MB', scale: 1e6 },
  { measure: 'idleMemory', title: 'memory without a lease', unit: 'MiB', scale: 1024 },
  { measure: 'someMemory', title: 'memory with 100 leases', unit: 'MiB', scale: 1024 },
  { measure: 'fullMemory', title: 'memory with 1,000 leases', unit: 'MiB', scale: 1024 },
  { measure: 'leaseMemory', title: 'memory of one more lease', unit: 'KiB', scale: 1 },
  { measure: 'renewalTime', title: 'processor time of 1,000 renewals', unit: 'ms', scale: 1 },
  { measure: 'leaseAdd', title: 'ADD of macvlan with dhcp', unit: 'ms', scale: 1 },
]

const headings: Readonly<Record<ContenderName, string>> = {
  netwright: 'netwright',
  go: 'Go',
  floor: 'floor',
  node: 'Node.js entry',
}

const formatter = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

function format(number: number): string {
  return formatter.format(number)
}

/** A median with the middle half of the rounds, where there were several and they differ. */
function formatSummary({ low, median, high }: Summary, scale = 1): string {
  const [from, middle, to] = [low, median, high].map((number) => format(number / scale))
  return from === to ? `${middle}` : `${middle} (${from} to ${to})`
}

/** What was measured of a scene, and what its budgets say of that. */
export interface Measured {
  readonly scene: SceneName
  readonly measurements: Measurements
  readonly verdicts: readonly Verdict[]
}

/** A Markdown section with the tables of a scene. */
export function section({ scene, measurements, verdicts }: Measured): string {
  return [`### ${scenes[scene].title}`, ...tables(measurements, verdicts)].join('\n\n')
}

/** All numbers, and then the budgets if there are any. */
export function tables(
  measurements: NamedNumbers,
  verdicts: readonly Verdict[],
): readonly string[] {
  const budgets = verdicts.length === 0 ? [] : [budgetTable(verdicts)]
  return [resultTable(measurements), ...budgets]
}

type NamedNumbers = Readonly<Record<string, Numbers>>

function resultTable(measurements: NamedNumbers): string {
  const present = contenderNames.filter((name) =>
    Object.values(measurements).some((numbers) => numbers.has(name)),
  )
  const measured = rows.flatMap(({ measure, title, unit, scale }) => {
    const numbers = measurements[measure]
    if (numbers === undefined) return []
    const cells = present.map((name) => {
      const own = numbers.get(name)
      return own === undefined ? '' : formatSummary(summary(own), scale)
    })
    return [[unit === '' ? title : `${title}, ${unit}`, ...cells]]
  })
  return table(['', ...present.map((name) => headings[name])], measured)
}

/** A Markdown table of the budgets. */
export function budgetTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ budget, found, isKept }) => {
    const shown = formatSummary(found, scaleOf(budget))
    return [subject(budget), limit(budget), shown, isKept ? 'kept' : '**missed**']
  })
  return table(['measure', 'budget', 'measured', ''], lines)
}

/** A budget that was missed, in a sentence. */
export function missedSentence({ budget, found }: Verdict): string {
  return `${subject(budget)}: expected ${limit(budget)}, found ${format(found.median / scaleOf(budget))}`
}

function rowOf({ measure }: Budget): Row | undefined {
  return rows.find((row) => row.measure === measure)
}

function subject(budget: Budget): string {
  const { title = budget.measure, unit = '' } = rowOf(budget) ?? {}
  if (budget.against === undefined) return `${title}, ${unit}`
  return `${title}, times that of ${budget.against === 'go' ? 'Go' : budget.against}`
}

function limit(budget: Budget): string {
  const { atMost, atLeast = 0 } = budget
  const sign = atMost === undefined ? '≥' : '≤'
  return `${sign} ${format((atMost ?? atLeast) / scaleOf(budget))}`
}

/** A ratio has no unit. */
function scaleOf(budget: Budget): number {
  return (budget.against === undefined && rowOf(budget)?.scale) || 1
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map(() => '---')
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
