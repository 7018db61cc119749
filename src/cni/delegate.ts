/** Delegation: having another plugin, which is found along `CNI_PATH`, do its part of a call. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { describeFound } from '#base/config-error.ts'
import { Rollback } from '#base/rollback.ts'
import type { Call, Command } from './call.ts'
import { type DelegateRun, delegateFailure, hasRefused } from './delegate-failure.ts'
import { type Delegate, findDelegate, runDelegate } from './delegate-program.ts'
import type { Result } from './result.ts'
import { answeredVersion, decodeResult } from './result-versions.ts'

/**
 * Has plugin `type` add, and reads its result in whichever version it answers.
 *
 * A delegate that refuses has cleaned up after itself, and what it refuses may be a second ADD of an
 * attachment that lives: it is left alone. One that is killed, or says something that is no result,
 * is called again with DEL (SPEC 1.1.0 "Plugin delegation").
 *
 * @throws the delegate's own error as a CniError; CniError or SystemError naming it otherwise
 */
export async function delegateAdd(call: Call, type: string): Promise<Result> {
  const delegate = await findDelegate(call, type)
  const outcome = await runDelegate(call, delegate, 'ADD')
  await using undo = new Rollback()
  if (!hasRefused(outcome)) {
    undo.did(`ADD of ${type}`, () => delegateOther(call, delegate, 'DEL'))
  }
  const output = await acceptOutcome(call, { delegate, command: 'ADD', outcome })
  const result = decodeAnswer(call, delegate, output)
  undo.commit()
  return result
}

/** Has plugin `type` clean up. @throws as `delegateAdd` */
export async function delegateDel(call: Call, type: string): Promise<void> {
  await delegateOther(call, await findDelegate(call, type), 'DEL')
}

/** Has plugin `type` check. @throws as `delegateAdd` */
export async function delegateCheck(call: Call, type: string): Promise<void> {
  await delegateOther(call, await findDelegate(call, type), 'CHECK')
}

/** Has plugin `type` give up what is stale; only of use in a GC call. @throws as `delegateAdd` */
export async function delegateGc(call: Call, type: string): Promise<void> {
  await delegateOther(call, await findDelegate(call, type), 'GC')
}

/** Has plugin `type` say whether it is ready; only of use in a STATUS call. @throws as `delegateAdd` */
export async function delegateStatus(call: Call, type: string): Promise<void> {
  await delegateOther(call, await findDelegate(call, type), 'STATUS')
}

async function delegateOther(call: Call, delegate: Delegate, command: Command): Promise<void> {
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
