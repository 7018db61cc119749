/** The budgets of the executable, and whether measurements keep to them. */

import budgetList from './budgets.json' with { type: 'json' }
import type { Numbers } from './measurements.ts'
import { ratio, type Summary, summary } from './summary.ts'

/** A limit for a measure of a scene, or for how many times that of another contender it is. */
export interface Budget {
  readonly scene: string
  readonly measure: string
  readonly against?: string | undefined
  readonly atMost?: number | undefined
  readonly atLeast?: number | undefined
}

export interface Verdict {
  readonly budget: Budget
  /** What is held against the limit: the median of the rounds. */
  readonly found: Summary
  readonly isKept: boolean
}

export const budgets: readonly Budget[] = budgetList

/** What the measurements of a scene say of its budgets that they have the numbers for. */
export function judge(
  scene: string,
  measurements: Readonly<Record<string, Numbers>>,
): readonly Verdict[] {
  const measured = new Map<string, Numbers>(Object.entries(measurements))
  const own = budgets.filter((budget) => budget.scene === scene)
  return own.flatMap((budget) => {
    const found = findQuantity(budget, measured.get(budget.measure))
    return found === undefined ? [] : [{ budget, found, isKept: isKept(budget, found.median) }]
  })
}

function findQuantity(budget: Budget, numbers: Numbers | undefined): Summary | undefined {
  const byName: ReadonlyMap<string, readonly number[]> = numbers ?? new Map()
  const own = byName.get('netwright')
  if (own === undefined) return undefined
  if (budget.against === undefined) return summary(own)
  const reference = byName.get(budget.against)
  return reference && ratio(own, reference)
}

function isKept({ atMost = Infinity, atLeast = -Infinity }: Budget, found: number): boolean {
  return found <= atMost && found >= atLeast
}
