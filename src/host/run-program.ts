/** Running a program of the machine that has one thing to do. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { SystemError } from '#base/system-error.ts'
import { findProgram } from './find-program.ts'
import type { Host, ProcessOutcome } from './host.ts'

/** What to run. */
export interface Command {
  readonly path: string
  readonly arguments: readonly string[]
  /** What it has to read; nothing when absent. */
  readonly input?: string
}

/** The path of a program along `PATH`. @throws SystemError, `ENOENT` when it is not there */
export async function requireProgram(host: Host, name: string): Promise<string> {
  const path = await findProgram(host, name)
  if (path !== undefined) return path
  throw new SystemError({
    operation: 'find',
    object: `${name} in PATH`,
    errno: 2,
    code: 'ENOENT',
    text: 'no such file or directory',
  })
}

/**
 * Runs a program to its end, with the environment of this one.
 *
 * @throws SystemError when it cannot be started, `ETIMEDOUT` when it does not end in time
 */
export async function runCommand(
  host: Host,
  command: Command,
  timeoutMs: number,
): Promise<ProcessOutcome> {
  const environment = host.environment.all()
  const outcome = await host.processes.run({ input: '', ...command, environment, timeoutMs })
  if (!outcome.timedOut) return outcome
  throw new SystemError({
    operation: 'run',
    object: describeCommand(command),
    errno: 110,
    code: 'ETIMEDOUT',
    text: `it did not end within ${timeoutMs / 1000} seconds and was killed`,
  })
}

/** Says how a program ended that should have ended well. */
export function failedCommand(command: Command, outcome: ProcessOutcome): CniError {
  const end = outcome.signal ?? `exit status ${outcome.exitStatus}`
  const said = outcome.diagnostic.trim()
  const msg = `run ${describeCommand(command)}: ${end}${said === '' ? '' : `: ${said}`}`
  const { input } = command
  const details = input === undefined ? undefined : `standard input: ${JSON.stringify(input)}`
  return new CniError(cniErrorCodes.internal, msg, details)
}

function describeCommand({ path, arguments: parameters }: Command): string {
  return [path, ...parameters].join(' ')
}
