/** A delegate that is a program: has it executed, and reads what it says. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { describeFound } from '#base/config-error.ts'
import { Rollback } from '#base/rollback.ts'
import type { Call } from './call.ts'
import { type DelegateRun, delegateFailure, hasRefused } from './delegate-failure.ts'
import { runDelegate } from './delegate-program.ts'
import type { Delegate } from './find-delegate.ts'
import type { OtherCommand } from './other-commands.ts'
import type { Result } from './result.ts'
import { answeredVersion, decodeResult } from './result-versions.ts'

/**
 * Has the delegate add, and reads its result in whichever version it answers.
 *
 * One that refuses has cleaned up after itself, and what it refuses may be a second ADD of an
 * attachment that lives: it is left alone. One that is killed, or says something that is no result,
 * is called again with DEL (SPEC 1.1.0 "Plugin delegation").
 *
 * @throws the delegate's own error as a CniError; CniError or SystemError naming it otherwise
 */
export async function addByProgram(call: Call, delegate: Delegate): Promise<Result> {
  const outcome = await runDelegate(call, delegate, 'ADD')
  await using undo = new Rollback()
  if (!hasRefused(outcome)) {
    undo.did(`ADD of ${delegate.type}`, () => performByProgram(call, delegate, 'DEL'))
  }
  const output = await acceptOutcome(call, { delegate, command: 'ADD', outcome })
  const result = decodeAnswer(call, delegate, output)
  undo.commit()
  return result
}

/** Has the delegate do anything else. @throws as `addByProgram` */
export async function performByProgram(
  call: Call,
  delegate: Delegate,
  command: OtherCommand,
): Promise<void> {
  const outcome = await runDelegate(call, delegate, command)
  await acceptOutcome(call, { delegate, command, outcome })
}

/** The output of a delegate that succeeded; what it had to say to people is passed on. */
async function acceptOutcome(call: Call, run: DelegateRun): Promise<string> {
  const { outcome } = run
  if (outcome.exitStatus !== 0) throw delegateFailure(run)
  if (outcome.diagnostic !== '') await call.host.streams.writeDiagnostic(outcome.diagnostic)
  return outcome.output
}

function decodeAnswer(call: Call, delegate: Delegate, output: string): Result {
  try {
    const raw: unknown = JSON.parse(output)
    const path = ['result']
    const version = answeredVersion(raw, { version: call.network.cniVersion, path })
    return decodeResult(raw, { version, path })
  } catch (cause) {
    const msg = `read the answer of ${delegate.type} (${delegate.path}): ${messageOf(cause)}`
    throw new CniError(cniErrorCodes.decoding, msg, `it said ${describeFound(output)}`, { cause })
  }
}
