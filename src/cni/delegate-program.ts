/** One run of the program of a delegate. */

import { isSystemError } from '#base/system-error.ts'
import type { ProcessOutcome, ProcessRequest } from '#host/host.ts'
import type { Call, Command } from './call.ts'
import type { Delegate } from './find-delegate.ts'

/** Longer than any runtime waits for a plugin, so that a hanging delegate does not outlive its pod. */
export const delegateDeadlineMs = 120_000

/** A program that is being replaced cannot be started for a moment. */
const busyRetries = 5
const busyPauseMs = 1000

/**
 * Runs a delegate to its end with the configuration and the environment of the call, of which only
 * `CNI_COMMAND` is replaced.
 *
 * @throws SystemError when it cannot be started
 */
export async function runDelegate(
  call: Call,
  delegate: Delegate,
  command: Command,
): Promise<ProcessOutcome> {
  const request: ProcessRequest = {
    path: delegate.path,
    input: call.configText,
    environment: { ...call.host.environment.all(), CNI_COMMAND: command },
    timeoutMs: delegateDeadlineMs,
  }
  const { processes, clock } = call.host
  for (let retriesLeft = busyRetries; ; retriesLeft--) {
    try {
      return await processes.run(request)
    } catch (error) {
      if (retriesLeft === 0 || !isSystemError(error, 'ETXTBSY')) throw error
    }
    await clock.sleep(busyPauseMs)
  }
}
