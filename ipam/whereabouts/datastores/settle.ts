/** Writing what others write as well: again and again until nobody was faster. */

import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { DatastoreError } from './datastore-error.ts'

/** What came of an attempt, or what somebody else had changed meanwhile. */
export type Attempt<T> = { readonly outcome: T } | DatastoreError

/**
 * The outcome of the first attempt that nobody got in the way of.
 *
 * @throws DatastoreError, `contended` when there is no time for another attempt
 */
export async function settle<T>(
  deadline: Deadline,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  let obstacle: DatastoreError | undefined
  for (let failures = 1; ; failures++) {
    const before = deadline.remainingMs
    const attempted = await attempt().catch((error: unknown): DatastoreError => {
      // There would have been time, had others not been faster before.
      if (obstacle !== undefined && deadline.isOver && isSilence(error)) return obstacle
      throw error
    })
    if (!(attempted instanceof DatastoreError)) return attempted.outcome
    obstacle = attempted
    if (await deadline.giveWay(failures, before - deadline.remainingMs)) continue
    const often = `${failures} attempts, and others were faster each time`
    throw new DatastoreError('contended', `${attempted.message} (${often})`, attempted)
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof DatastoreError && error.failure === 'unreachable'
}
