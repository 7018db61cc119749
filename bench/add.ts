/**
 * Whole processes, from fork and exec to exit: the executable, the Go plugins, the floor, Node.js.
 *
 * usage: script/bench add [--only NAME,NAME] [--rounds N]
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { judge } from './budgets.ts'
import { type Contender, contender, contenderNames } from './contenders.ts'
import { describeMachine } from './machine.ts'
import {
  type Measurements,
  measureAttachments,
  measureNeeds,
  measureParallel,
  measureVersion,
} from './measurements.ts'
import { budgetTable, missedSentence, resultTable } from './report.ts'
import { buildPrograms } from './runner.ts'
import { podCount, Site } from './site.ts'
import { verify } from './verify.ts'

const document = 'docs/performance.md'

/** Rounds of ADD and DEL; the other measures have a part of them, or a multiple. */
const defaultRounds = 120

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } })

buildPrograms()
const chosen = values.only?.split(',') ?? contenderNames
const contenders = contenderNames.filter((name) => chosen.includes(name)).map(contender)
const measurements = measureAll(contenders, Number(values.rounds ?? defaultRounds))
const verdicts = judge(measurements)
console.log(`${describeMachine()}\n\n${resultTable(measurements)}`)
if (verdicts.length > 0) console.log(`\n${budgetTable(verdicts)}`)
// What a part of the contenders, or of the rounds, shows is not for others to read.
if (values.only === undefined && values.rounds === undefined) writeDocument()
const missed = verdicts.filter(({ isKept }) => !isKept)
for (const verdict of missed) console.error(`missed: ${missedSentence(verdict)}`)
process.exitCode = missed.length === 0 ? 0 : 1

function measureAll(contenders: readonly Contender[], rounds: number): Measurements {
  using site = new Site(contenders, podCount)
  for (const one of contenders) {
    say(`verifying ${one.name}`)
    verify(site, one)
  }
  const plan = (share: number) => ({
    site,
    contenders,
    rounds: Math.max(1, Math.round(rounds * share)),
  })
  const steps = [
    ['VERSION', () => measureVersion(plan(2))],
    ['ADD and DEL', () => measureAttachments(plan(1))],
    ['ADD and DEL of many at once', () => measureParallel(plan(1 / 5))],
    ['what an ADD needs', () => measureNeeds(plan(1 / 20))],
  ] as const
  const measured = steps.map(([name, measure]) => {
    say(`measuring ${name}`)
    return measure()
  })
  return Object.assign({}, ...measured)
}

function say(text: string): void {
  console.error(text)
}

/** Puts the tables between the two marks of the document. */
function writeDocument(): void {
  const text = readFileSync(document, 'utf8')
  const parts = /^(.*<!-- measured -->\n).*(<!-- end of measured -->.*)$/s.exec(text)
  if (parts === null) throw new Error(`write ${document}: its marks are gone`)
  const [, before = '', after = ''] = parts
  const tables = [describeMachine(), resultTable(measurements), budgetTable(verdicts)]
  writeFileSync(document, `${before}\n${tables.join('\n\n')}\n\n${after}`)
}
