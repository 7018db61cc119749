import { expect, test } from 'vitest'
import { judge } from '#bench/budgets.ts'
import type { ContenderName } from '#bench/contenders.ts'
import { budgetTable, missedSentence } from '#bench/report.ts'
import { summary } from '#bench/summary.ts'

function numbers(
  own: readonly number[],
  against: readonly number[] = [],
): ReadonlyMap<ContenderName, readonly number[]> {
  return new Map([
    ['netwright', own],
    ['go', against],
  ])
}

test('a summary is the median and the ends of the middle half', () => {
  expect(summary([9, 1, 8, 2, 7, 3, 6, 4, 5])).toEqual({ low: 3, median: 5, high: 7 })
})

test('a ratio is taken within each round, not between the medians', () => {
  const [verdict] = judge({ version: numbers([1, 10, 100], [10, 10, 1000]) })
  expect(verdict?.found).toEqual({ low: 0.1, median: 0.1, high: 1 })
})

test('a budget at its limit is kept, beyond it missed', () => {
  const isKept = (bytes: number) => judge({ size: numbers([bytes]) })[0]?.isKept
  expect([isKept(4_000_000), isKept(4_000_001)]).toEqual([true, false])
})

test('a rate has to reach its budget', () => {
  const isKept = (rate: number) => judge({ parallelAdd: numbers([rate], [100]) })[0]?.isKept
  expect([isKept(200), isKept(199)]).toEqual([true, false])
})

test('a budget without the numbers for it is not judged', () => {
  expect(judge({ add: new Map([['go', [1]]]) })).toEqual([])
})

test('a missed budget is told with what was expected and what was found', () => {
  const verdicts = judge({ size: numbers([5_000_000]), systemCalls: numbers([300], [1000]) })
  expect(verdicts.map(missedSentence)).toEqual([
    'system calls of an ADD, times that of Go: expected ≤ 0.2, found 0.3',
    'size on the disk, MB: expected ≤ 4, found 5',
  ])
  expect(budgetTable(verdicts)).toContain('| size on the disk, MB | ≤ 4 | 5 | **missed** |')
})
