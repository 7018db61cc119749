/** A sweep: every step runs, whatever failed before it. */

/** One step of a sweep; it treats what is already gone as success. */
export type SweepStep = () => void | Promise<void>

/**
 * Runs every step in order and reports all that failed together.
 *
 * @throws the failure itself when there is one, an `AggregateError` when there are more.
 */
export async function collectFailures(steps: readonly SweepStep[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (failure) {
      failures.push(failure)
    }
  }
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join('; '))
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  // What QuickJS throws when there is no room for an error either.
  if (thrown === null) return 'out of memory'
  return thrown instanceof Error ? thrown.message : String(thrown)
}
