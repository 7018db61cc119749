/** What a delegate that failed said, as an error of ours. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { SystemError } from '#base/system-error.ts'
import type { ProcessOutcome } from '#host/host.ts'
import { nonEmptyText, text, wholeNumber } from '#schema/fields.ts'
import { fields, readConfig, withDefault } from '#schema/schema.ts'
import type { Command } from './call.ts'
import { delegateDeadlineMs } from './delegate-program.ts'
import type { Delegate } from './find-delegate.ts'

/** One run of a delegate, ended. */
export interface DelegateRun {
  readonly delegate: Delegate
  readonly command: Command
  readonly outcome: ProcessOutcome
}

/** Whether it ended by itself, saying no in the way of the protocol. */
export function hasRefused({ exitStatus, output }: ProcessOutcome): boolean {
  return exitStatus !== undefined && exitStatus !== 0 && findErrorObject(output) !== undefined
}

/**
 * The error object it printed, or as much as can be told without one. (The reference gives what has
 * no error object the code 0, which is none.)
 */
export function delegateFailure(run: DelegateRun): CniError | SystemError {
  const { delegate, command, outcome } = run
  const object = `${delegate.type} (${delegate.path})`
  if (outcome.timedOut) {
    const text = `it gave no answer within ${delegateDeadlineMs / 1000} seconds and was killed`
    const detail = streamsOf(outcome)
    const operation = `run ${command} of`
    return new SystemError({ operation, object, errno: 110, code: 'ETIMEDOUT', text, detail })
  }
  const said = findErrorObject(outcome.output)
  if (said !== undefined) return said
  const end = outcome.signal === undefined ? `exit status ${outcome.exitStatus}` : outcome.signal
  const msg = `run ${command} of ${object}: it ended with ${end} and without a CNI error object`
  return new CniError(cniErrorCodes.internal, msg, streamsOf(outcome))
}

const longestQuotedText = 2000

function streamsOf({ output, diagnostic }: ProcessOutcome): string | undefined {
  const parts: string[] = []
  if (output.trim() !== '') parts.push(`standard output: ${quote(output)}`)
  if (diagnostic.trim() !== '') parts.push(`standard error: ${quote(diagnostic)}`)
  return parts.length === 0 ? undefined : parts.join('; ')
}

function quote(text: string): string {
  return JSON.stringify(text.trim().slice(0, longestQuotedText))
}

const maxCode = 2 ** 32 - 1

/** The error object in the output of a plugin, or nothing when it is anything else. */
function findErrorObject(output: string): CniError | undefined {
  const schema = fields({
    code: withDefault(wholeNumber(0, maxCode), 0),
    msg: nonEmptyText(),
    details: withDefault(text(), ''),
  })
  try {
    const { code, msg, details } = readConfig(schema, JSON.parse(output))
    return new CniError(code === 0 ? cniErrorCodes.internal : code, msg, details)
  } catch {
    // Neither JSON nor an error object; the caller then quotes it as it is.
    return undefined
  }
}
