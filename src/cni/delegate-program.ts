/** The program of a delegate: where it is, and one run of it. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { isSystemError } from '#base/system-error.ts'
import type { ProcessOutcome, ProcessRequest } from '#host/host.ts'
import type { Call, Command } from './call.ts'

/** Longer than any runtime waits for a plugin, so that a hanging delegate does not outlive its pod. */
export const delegateDeadlineMs = 120_000

/** A program that is being replaced cannot be started for a moment. */
const busyRetries = 5
const busyPauseMs = 1000

/** A delegate that was found. */
export interface Delegate {
  readonly type: string
  readonly path: string
}

/**
 * The first regular file of the name in the folders of `CNI_PATH`, links followed.
 *
 * @throws CniError 7 in the reference's words
 */
export async function findDelegate(call: Call, type: string): Promise<Delegate> {
  if (type === '') throw notFound('no plugin name provided', 'the type of the delegate is empty')
  if (type.includes('/')) {
    throw notFound(`invalid plugin name: ${type}`, 'a type is looked up in CNI_PATH, it is no path')
  }
  if (call.searchPath.length === 0) throw notFound('no paths provided', 'CNI_PATH has no folders')
  for (const folder of call.searchPath) {
    const path = `${folder.replace(/\/+$/, '')}/${type}`
    const status = await call.host.files.findStatus(path)
    if (status?.kind === 'file') return { type, path }
  }
  throw notFound(
    `failed to find plugin ${JSON.stringify(type)} in path [${call.searchPath.join(' ')}]`,
    'none of the folders of CNI_PATH has a regular file of this name',
  )
}

function notFound(msg: string, details: string): CniError {
  return new CniError(cniErrorCodes.invalidConfig, msg, details)
}

/**
 * Runs a delegate to its end with the configuration and the environment of the call, of which only
 * `CNI_COMMAND` is replaced. How a path that was found is made to run is decided here alone.
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
