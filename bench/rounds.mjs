/** Timing in rounds: each subject in turn, again and again, so that a busy moment strikes them all. */

import { ratio, summary } from './summary.ts'

const rounds = 31
const warmUpMs = 250

/** How long `run` takes on average; what `after` takes does not count. */
async function timeMs({ run, after }, times) {
  let taken = 0
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await run()
    taken += performance.now() - start
    await after?.()
  }
  return taken / times
}

/** Warms an action up and returns how often it fits into its part of a round. */
async function fitting(action, roundMs) {
  const start = performance.now()
  let times = 0
  while (performance.now() - start < warmUpMs) {
    await timeMs(action, 1)
    times += 1
  }
  return Math.max(1, Math.round((times * roundMs) / warmUpMs))
}

/**
 * Measures actions against the first of them. An action is `{ run, after }`; `after` undoes what
 * `run` did, untimed, and can be absent.
 *
 * Returns of each how often it runs in a second, and how many times as long as the first it took in
 * the same round.
 */
export async function measure(actions, roundMs = 40) {
  const times = []
  for (const action of actions) times.push(await fitting(action, roundMs))
  const taken = actions.map(() => [])
  for (let round = 0; round < rounds; round++) {
    // Another one begins each round: none is always the one that follows the slowest.
    for (let i = 0; i < actions.length; i++) {
      const which = (round + i) % actions.length
      taken[which].push(await timeMs(actions[which], times[which]))
    }
  }
  const [first] = taken
  return taken.map((perCall) => ({
    perSecond: summary(perCall.map((ms) => 1000 / ms)),
    ratio: ratio(perCall, first),
  }))
}
