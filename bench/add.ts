/**
 * Whole processes, from fork and exec to exit: the executable, the Go plugins, the floor, Node.js.
 *
 * usage: script/bench add [--scene NAME,NAME] [--only NAME,NAME] [--rounds N]
 */

import { parseArgs } from 'node:util'
import { judge } from './budgets.ts'
import { type Contender, contender, contenderNames } from './contenders.ts'
import { writeMeasured } from './document.ts'
import { describeMachine } from './machine.ts'
import { type Measurements, measure } from './measurements.ts'
import { type Measured, missedSentence, section } from './report.ts'
import { buildPrograms } from './runner.ts'
import { type SceneName, sceneNames, scenes } from './scenes.ts'
import { podCount, Site } from './site.ts'
import type { Plan } from './turns.ts'
import { verify } from './verify.ts'

/** Rounds of ADD and DEL; the other measures have a part of them, or a multiple. */
const defaultRounds = 120

const { values } = parseArgs({
  options: { scene: { type: 'string' }, only: { type: 'string' }, rounds: { type: 'string' } },
})

buildPrograms()
const names = choose('only', contenderNames)
// All are prepared before the first is measured: what is not there is told at once.
const cast = choose('scene', sceneNames)
  .map((scene) => ({ scene, contenders: prepare(scene) }))
  .filter(({ contenders }) => contenders.length > 0)
const report = cast.map(({ scene, contenders }) => measureScene(scene, contenders))
const text = [describeMachine(), ...report.map(section)].join('\n\n')
console.log(text)
// What a part of the scenes, contenders or rounds shows is not for others to read.
if (Object.keys(values).length === 0) writeMeasured('measured', text)
const missed = report.flatMap(({ verdicts }) => verdicts).filter(({ isKept }) => !isKept)
for (const verdict of missed) {
  console.error(`missed: ${verdict.budget.scene}: ${missedSentence(verdict)}`)
}
process.exitCode = missed.length === 0 ? 0 : 1

/** What an option names, or all. @throws Error when it names something else */
function choose<Name extends string>(option: 'only' | 'scene', known: readonly Name[]): Name[] {
  const chosen: readonly string[] = values[option]?.split(',') ?? known
  const unknown = chosen.find((one) => !known.some((name) => name === one))
  if (unknown !== undefined) {
    throw new Error(`read --${option}: expected ${known.join(', ')}, found ${unknown}`)
  }
  return known.filter((name) => chosen.includes(name))
}

function prepare(scene: SceneName): readonly Contender[] {
  const { type, contenders } = scenes[scene]
  return contenders.filter((name) => names.includes(name)).map((name) => contender(name, type))
}

function measureScene(scene: SceneName, contenders: readonly Contender[]): Measured {
  using site = new Site(scene, contenders, podCount)
  for (const one of contenders) {
    say(`${scene}: verifying ${one.name}`)
    verify(site, one)
  }
  const rounds = Number(values.rounds ?? defaultRounds)
  const measurements = measureAll({ site, contenders, rounds }, scene)
  return { scene, measurements, verdicts: judge(scene, measurements) }
}

function measureAll(plan: Plan, scene: SceneName): Measurements {
  const measured = scenes[scene].measured.map((group) => {
    say(`${scene}: measuring ${group}`)
    return measure(group, plan)
  })
  return Object.assign({}, ...measured)
}

function say(text: string): void {
  console.error(text)
}
