/** Delegation: having another plugin, which is found along `CNI_PATH`, do its part of a call. */

import type { Call } from './call.ts'
import { addInProcess, performInProcess } from './delegate-in-process.ts'
import { findDelegate } from './find-delegate.ts'
import type { OtherCommand } from './other-commands.ts'
import type { Result } from './result.ts'

/** Loaded on demand: where the delegate is part of this program, nothing is executed. */
const executing = () => import('./delegate-execution.ts')

/** Has plugin `type` add. @throws the delegate's own error as a CniError; CniError or SystemError otherwise */
export async function delegateAdd(call: Call, type: string): Promise<Result> {
  const delegate = await findDelegate(call, type)
  const own = await call.findOwnPlugin(delegate.path)
  if (own !== undefined) return await addInProcess(call, own)
  const { addByProgram } = await executing()
  return await addByProgram(call, delegate)
}

/** Has plugin `type` clean up. @throws as `delegateAdd` */
export async function delegateDel(call: Call, type: string): Promise<void> {
  await delegateOther(call, type, 'DEL')
}

/** Has plugin `type` check. @throws as `delegateAdd` */
export async function delegateCheck(call: Call, type: string): Promise<void> {
  await delegateOther(call, type, 'CHECK')
}

/** Has plugin `type` give up what is stale; only of use in a GC call. @throws as `delegateAdd` */
export async function delegateGc(call: Call, type: string): Promise<void> {
  await delegateOther(call, type, 'GC')
}

/** Has plugin `type` say whether it is ready; only of use in a STATUS call. @throws as `delegateAdd` */
export async function delegateStatus(call: Call, type: string): Promise<void> {
  await delegateOther(call, type, 'STATUS')
}

async function delegateOther(call: Call, type: string, command: OtherCommand): Promise<void> {
  const delegate = await findDelegate(call, type)
  const own = await call.findOwnPlugin(delegate.path)
  if (own !== undefined) return await performInProcess(call, own, command)
  const { performByProgram } = await executing()
  await performByProgram(call, delegate, command)
}
