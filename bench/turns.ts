/** Taking turns: in each round every step is taken by all contenders, one after the other. */

import type { Contender, ContenderName } from './contenders.ts'
import type { PluginCall, Sample } from './runner.ts'
import type { Site } from './site.ts'

/** Who is measured where, and how often. */
export interface Plan {
  readonly site: Site
  readonly contenders: readonly Contender[]
  readonly rounds: number
}

/** What a contender does in its turn: calls, all at once when there are several. */
export interface Step {
  readonly label: string
  readonly calls: (contender: Contender) => readonly PluginCall[]
}

/** A step that was taken in a round. */
export interface Taken {
  readonly round: number
  readonly label: string
  readonly contender: ContenderName
  readonly sample: Sample
}

/** Rounds that do not count, so that files are in memory and processors awake. */
const warmUpRounds = 4

/**
 * All steps taken in the rounds that count, in their order. What is compared follows one another: were
 * the DEL of a contender to follow its own ADD, the kernel would make whoever is quick wait longer
 * for what it still has to do after that ADD.
 */
export function takeTurns({ site, contenders, rounds }: Plan, steps: readonly Step[]): Taken[] {
  const turns = Array.from({ length: warmUpRounds + rounds }, (_, round) =>
    steps.flatMap(({ label, calls }) =>
      inOrder(contenders, round).map((contender) => {
        return { round, label, contender, calls: calls(contender) }
      }),
    ),
  ).flat()
  const samples = site.run(turns.map(({ calls }) => calls))
  return turns
    .flatMap(({ round, label, contender }, i) => {
      const sample = samples[i]
      return sample === undefined ? [] : [{ round, label, contender: contender.name, sample }]
    })
    .filter(({ round }) => round >= warmUpRounds)
}

/** Another one begins each round, and every other round goes backwards: nobody always follows the slowest. */
function inOrder(contenders: readonly Contender[], round: number): readonly Contender[] {
  const first = Math.floor(round / 2) % contenders.length
  const rotated = [...contenders.slice(first), ...contenders.slice(0, first)]
  return round % 2 === 0 ? rotated : rotated.reverse()
}
