/**
 * Daemons that keep leases: the executable's, the reference's, Node.js's.
 *
 * usage: script/bench dhcp [--only NAME,NAME] [--rounds N]
 */

import { parseArgs } from 'node:util'
import { judge } from './budgets.ts'
import { type Contender, contender } from './contenders.ts'
import { gather, measureAdds, measureMemory, measureRenewals } from './dhcp-measures.ts'
import { writeMeasured } from './document.ts'
import { describeMachine } from './machine.ts'
import { missedSentence, tables } from './report.ts'
import { buildPrograms } from './runner.ts'

/** Of ADD; memory and processor time are taken once for every eight. */
const defaultRounds = 8

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } })
const known = ['netwright', 'go', 'node'] as const

buildPrograms()
const contenders = chooseContenders()
const rounds = Number(values.rounds ?? defaultRounds)
const measurements = gather([
  ...(await measureAll('memory', measureMemory)),
  ...(await measureAll('renewals', measureRenewals)),
  ...(await measureAdds(contenders, rounds)),
])
const verdicts = judge('dhcp', measurements)
const text = [describeMachine(), ...tables(measurements, verdicts)].join('\n\n')
console.log(text)
// What a part of the contenders or rounds shows is not for others to read.
if (Object.keys(values).length === 0) writeMeasured('measured of dhcp', text)
const missed = verdicts.filter(({ isKept }) => !isKept)
for (const verdict of missed) console.error(`missed: dhcp: ${missedSentence(verdict)}`)
process.exitCode = missed.length === 0 ? 0 : 1

/** @throws Error when the option names somebody else */
function chooseContenders(): readonly Contender[] {
  const chosen: readonly string[] = values.only?.split(',') ?? ['netwright', 'go']
  const unknown = chosen.find((one) => !known.some((name) => name === one))
  if (unknown !== undefined) {
    throw new Error(`read --only: expected ${known.join(', ')}, found ${unknown}`)
  }
  return known.filter((name) => chosen.includes(name)).map((name) => contender(name, 'macvlan'))
}

/** Takes a measure of all contenders, one after the other, in each round. */
async function measureAll<T>(
  what: string,
  take: (contender: Contender) => Promise<T>,
): Promise<readonly (readonly [Contender, T])[]> {
  const taken: (readonly [Contender, T])[] = []
  for (let round = 0; round < Math.ceil(rounds / defaultRounds); round += 1) {
    for (const one of contenders) {
      console.error(`dhcp: measuring ${what} of ${one.name}`)
      taken.push([one, await take(one)])
    }
  }
  return taken
}
