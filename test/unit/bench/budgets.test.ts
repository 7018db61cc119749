import { expect, test } from 'vitest'
import { budgets, judge } from '#bench/budgets.ts'
import type { ContenderName } from '#bench/contenders.ts'
import { budgetTable, missedSentence, section } from '#bench/report.ts'
import { sceneNames } from '#bench/scenes.ts'
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
  const [verdict] = judge('macvlan', { version: numbers([1, 10, 100], [10, 10, 1000]) })
  expect(verdict?.found).toEqual({ low: 0.1, median: 0.1, high: 1 })
})

test('a budget at its limit is kept, beyond it missed', () => {
  const isKept = (bytes: number) => judge('macvlan', { size: numbers([bytes]) })[0]?.isKept
  expect([isKept(9_000_000), isKept(9_000_001)]).toEqual([true, false])
})

test('a rate has to reach its budget', () => {
  const isKept = (rate: number) =>
    judge('macvlan', { parallelAdd: numbers([rate], [100]) })[0]?.isKept
  expect([isKept(200), isKept(199)]).toEqual([true, false])
})

test('a budget without the numbers for it is not judged', () => {
  expect(judge('macvlan', { add: new Map([['go', [1]]]) })).toEqual([])
})

test('a missed budget is told with what was expected and what was found', () => {
  const verdicts = judge('macvlan', {
    size: numbers([10_000_000]),
    systemCalls: numbers([300], [1000]),
  })
  expect(verdicts.map(missedSentence)).toEqual([
    'system calls of an ADD, times that of Go: expected ≤ 0.2, found 0.3',
    'size on the disk, MB: expected ≤ 9, found 10',
  ])
  expect(budgetTable(verdicts)).toContain('| size on the disk, MB | ≤ 9 | 10 | **missed** |')
})

test.each([
  { scene: 'bridge', measure: 'add', kept: 0.4, missed: 0.401 },
  { scene: 'bridge', measure: 'parallelAdd', kept: 2, missed: 1.99 },
  { scene: 'dhcp', measure: 'idleMemory', kept: 0.7, missed: 0.701 },
  { scene: 'dhcp', measure: 'leaseAdd', kept: 1, missed: 1.01 },
  { scene: 'dhcp', measure: 'leaseMemory', kept: 0.3, missed: 0.301 },
  { scene: 'host-device', measure: 'add', kept: 0.85, missed: 0.851 },
  { scene: 'masquerade', measure: 'add', kept: 0.25, missed: 0.251 },
  { scene: 'masquerade', measure: 'del', kept: 0.5, missed: 0.501 },
  { scene: 'ptp', measure: 'add', kept: 0.4, missed: 0.401 },
] as const)('the scene $scene has a budget of its own for $measure', (row) => {
  const isKept = (times: number) =>
    judge(row.scene, { [row.measure]: numbers([times], [1]) }).map((verdict) => verdict.isKept)
  expect([isKept(row.kept), isKept(row.missed)]).toEqual([[true], [false]])
})

test('every budget is of a scene that there is', () => {
  expect(new Set(budgets.map(({ scene }) => scene))).toEqual(new Set([...sceneNames, 'dhcp']))
})

test('a scene is held against no other budgets than its own', () => {
  const measurements = { version: numbers([9], [1]), size: numbers([5_000_000]) }
  expect(judge('bridge', measurements)).toEqual([])
})

test('a scene is told under its title, with its budgets where it has numbers for them', () => {
  const measurements = { add: numbers([1, 1], [4, 4]) }
  const told = section({ scene: 'bridge', measurements, verdicts: judge('bridge', measurements) })
  expect(told.split('\n')).toEqual([
    '### bridge with a gateway',
    '',
    '|  | netwright | Go |',
    '| --- | --- | --- |',
    '| ADD, ms | 1 | 4 |',
    '',
    '| measure | budget | measured |  |',
    '| --- | --- | --- | --- |',
    '| ADD, times that of Go | ≤ 0.4 | 0.25 | kept |',
  ])
})
