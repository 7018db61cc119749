/** What a series of numbers comes to. */

export interface Summary {
  readonly low: number
  readonly median: number
  readonly high: number
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
}

/** The median, and the ends of the middle half. */
export function summary(numbers: readonly number[]): Summary {
  const sorted = [...numbers].sort((a, b) => a - b)
  return {
    low: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    high: quantile(sorted, 0.75),
  }
}

/** How many times `subject` is `reference`, from numbers of the same rounds. */
export function ratio(subject: readonly number[], reference: readonly number[]): Summary {
  return summary(subject.map((number, round) => number / (reference[round] ?? Number.NaN)))
}
