/** A datastore that could not be asked, or that refused. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'

/**
 * `unreachable`: nobody answered, or not in time; `refused`: it answered and did not do it;
 * `contended`: others changed the same all the time.
 */
export type DatastoreFailure = 'unreachable' | 'refused' | 'contended'

/**
 * What was attempted on which datastore, why it failed, and what a user can do. A call may be made again
 * unless the datastore refused.
 */
export class DatastoreError extends CniError {
  override readonly name = 'DatastoreError'
  readonly failure: DatastoreFailure

  constructor(failure: DatastoreFailure, message: string, cause?: unknown) {
    const { internal, tryAgainLater } = cniErrorCodes
    super(failure === 'refused' ? internal : tryAgainLater, message, undefined, { cause })
    this.failure = failure
  }
}
