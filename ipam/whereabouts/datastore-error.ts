/** A datastore that could not be asked, or that refused. */

import { withCause } from '#base/cause.ts'

/**
 * `unreachable`: nobody answered, or not in time; `refused`: it answered and did not do it;
 * `contended`: others changed the same all the time.
 */
export type DatastoreFailure = 'unreachable' | 'refused' | 'contended'

/** What was attempted on which datastore, why it failed, and what a user can do. */
export class DatastoreError extends Error {
  override readonly name = 'DatastoreError'
  readonly failure: DatastoreFailure

  constructor(failure: DatastoreFailure, message: string, cause?: unknown) {
    super(message)
    this.failure = failure
    if (cause !== undefined) withCause(this, cause)
  }
}
