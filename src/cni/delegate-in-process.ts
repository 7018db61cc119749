/** A delegate that is part of this program: what a second process would do, without one. */

import { Rollback } from '#base/rollback.ts'
import type { Call, Command } from './call.ts'
import { type OtherCommand, otherCommands } from './other-commands.ts'
import type { Plugin } from './plugin.ts'
import type { Result } from './result.ts'
import { decodeResult, encodeResult } from './result-versions.ts'
import { isAtLeast } from './version.ts'

/** Has the plugin add. @throws the error that it would have printed */
export async function addInProcess(call: Call, plugin: Plugin): Promise<Result> {
  const result = await toldErrors('ADD', plugin.add({ ...call, command: 'ADD' }))
  const { cniVersion } = call.network
  // What older versions have no room for, nobody would be told of.
  if (isAtLeast(cniVersion, '1.0.0')) return result
  await using undo = new Rollback()
  undo.did(`ADD of ${plugin.type}`, () => plugin.del({ ...call, command: 'DEL' }))
  const told: unknown = JSON.parse(encodeResult(result, cniVersion))
  const answer = decodeResult(told, { version: cniVersion, path: ['result'] })
  undo.commit()
  return answer
}

/** Has the plugin do anything else. @throws as `addInProcess` */
export async function performInProcess(
  call: Call,
  plugin: Plugin,
  command: OtherCommand,
): Promise<void> {
  await toldErrors(command, otherCommands[command](plugin, { ...call, command }))
}

/** What is thrown leaves as what a runtime would be told of it. */
async function toldErrors<T>(command: Command, performance: Promise<T>): Promise<T> {
  try {
    return await performance
  } catch (thrown) {
    const { toCniError } = await import('./error-mapping.ts')
    throw toCniError(thrown, command)
  }
}
