/** What is measured: how long calls take, and what they need. */

import { readFileSync } from 'node:fs'
import { type Contender, type ContenderName, sizeOf } from './contenders.ts'
import { type PluginCall, programs, type Sample } from './runner.ts'
import type { MeasureGroup } from './scenes.ts'
import { type PluginCommand, podCount, type Site } from './site.ts'
import { type Plan, type Step, type Taken, takeTurns } from './turns.ts'

export type Measure =
  | 'version'
  | 'add'
  | 'del'
  | 'parallelAdd'
  | 'parallelDel'
  | 'peakMemory'
  | 'systemCalls'
  | 'size'

/** Of each contender the numbers of all rounds, in their order. */
export type Numbers = ReadonlyMap<ContenderName, readonly number[]>

export type Measurements = Readonly<Partial<Record<Measure, Numbers>>>

/** Takes a group of measures. A plan's rounds are those of ADD and DEL. */
export function measure(group: MeasureGroup, plan: Plan): Measurements {
  const { share, take } = groups[group]
  return take({ ...plan, rounds: Math.max(1, Math.round(plan.rounds * share)) })
}

interface Group {
  /** How many rounds there are for each one of ADD and DEL. */
  readonly share: number
  readonly take: (plan: Plan) => Measurements
}

const groups: Readonly<Record<MeasureGroup, Group>> = {
  version: { share: 2, take: measureVersion },
  attachments: { share: 1, take: measureAttachments },
  parallel: { share: 1 / 5, take: measureParallel },
  needs: { share: 1 / 20, take: measureNeeds },
}

/** Milliseconds of VERSION. */
function measureVersion(plan: Plan): Measurements {
  const calls = (contender: Contender) => [plan.site.call(contender, 'VERSION')]
  const taken = takeTurns(plan, [{ label: 'VERSION', calls }])
  return { version: numbers(taken, 'VERSION', ({ ms }) => ms) }
}

/** Milliseconds of ADD and DEL, one attachment at a time. */
function measureAttachments(plan: Plan): Measurements {
  const taken = takeTurns(plan, attachment(plan))
  return {
    add: numbers(taken, 'ADD', ({ ms }) => ms),
    del: numbers(taken, 'DEL', ({ ms }) => ms),
  }
}

/** ADDs and DELs in a second, when all pods of a contender are attached at once. */
function measureParallel(plan: Plan): Measurements {
  const step = (label: PluginCommand) => ({
    label,
    calls: (contender: Contender) =>
      Array.from({ length: podCount }, (_, pod) => plan.site.call(contender, label, pod)),
  })
  const taken = takeTurns(plan, [step('ADD'), step('DEL')])
  const perSecond = ({ ms }: Sample) => (1000 * podCount) / ms
  return {
    parallelAdd: numbers(taken, 'ADD', perSecond),
    parallelDel: numbers(taken, 'DEL', perSecond),
  }
}

/** What an ADD needs; none of it depends on how busy the machine is. */
export function measureNeeds(plan: Plan): Measurements {
  const taken = takeTurns(plan, attachment(plan))
  return {
    peakMemory: numbers(taken, 'ADD', ({ peakKib }) => peakKib),
    systemCalls: systemCalls(plan),
    size: sizes(plan),
  }
}

function attachment({ site }: Plan): Step[] {
  const step = (label: PluginCommand) => ({
    label,
    calls: (contender: Contender) => [site.call(contender, label)],
  })
  return [step('ADD'), step('DEL')]
}

/** Of an ADD and of the processes it starts, as strace counts them. */
function systemCalls({ site, contenders, rounds }: Plan): Numbers {
  const count = (contender: Contender) => {
    const calls = countSystemCalls(site, site.call(contender, 'ADD'))
    site.answer(site.call(contender, 'DEL'))
    return calls
  }
  return new Map(
    contenders.map((contender) => {
      return [contender.name, Array.from({ length: rounds }, () => count(contender))]
    }),
  )
}

/** Bytes on the disk, of contenders of which that can be told. */
function sizes({ contenders }: Plan): Numbers {
  const withFiles = contenders.filter(({ files }) => files.length > 0)
  return new Map(withFiles.map((contender) => [contender.name, [sizeOf(contender)]]))
}

function countSystemCalls(site: Site, call: PluginCall): number {
  const file = `${programs}/strace.txt`
  const strace = ['strace', '-f', '--summary-only', '--summary-columns=calls,name', '-o', file]
  site.answer(call, strace)
  const total = /(\d+) +total$/m.exec(readFileSync(file, 'utf8'))?.[1]
  if (total === undefined) throw new Error(`count the system calls of ${call.id}: no total`)
  return Number(total)
}

function numbers(
  taken: readonly Taken[],
  label: PluginCommand,
  pick: (sample: Sample) => number,
): Numbers {
  const ofLabel = taken.filter((one) => one.label === label)
  const names = new Set(ofLabel.map(({ contender }) => contender))
  return new Map(
    [...names].map((name) => {
      const own = ofLabel.filter(({ contender }) => contender === name)
      return [name, own.map(({ sample }) => pick(sample))]
    }),
  )
}
