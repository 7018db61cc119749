import { expect, test } from 'vitest'
import { judge } from '#bench/budgets.ts'
import { contender } from '#bench/contenders.ts'
import { measureNeeds } from '#bench/measurements.ts'
import { missedSentence } from '#bench/report.ts'
import { buildPrograms } from '#bench/runner.ts'
import { Site } from '#bench/site.ts'

/** Few are enough: of these numbers only the Go runtime's system calls differ between rounds. */
const rounds = 5

test('the executable keeps to its budgets of memory, system calls and size', () => {
  buildPrograms()
  const contenders = [contender('netwright', 'macvlan'), contender('go', 'macvlan')]
  using site = new Site('macvlan', contenders, 1)
  const verdicts = judge('macvlan', measureNeeds({ site, contenders, rounds }))
  expect(verdicts.map(({ budget }) => budget.measure)).toEqual([
    'peakMemory',
    'systemCalls',
    'size',
  ])
  expect(verdicts.filter(({ isKept }) => !isKept).map(missedSentence)).toEqual([])
})
