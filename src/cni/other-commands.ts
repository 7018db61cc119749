/** The commands that answer nothing, by name. */

import type { Call, Command } from './call.ts'
import type { Plugin } from './plugin.ts'

export type OtherCommand = Exclude<Command, 'ADD'>

/** What each has a plugin do. */
export const otherCommands: Readonly<
  Record<OtherCommand, (plugin: Plugin, call: Call) => Promise<void>>
> = {
  DEL: (plugin, call) => plugin.del(call),
  CHECK: (plugin, call) => plugin.check(call),
  GC: (plugin, call) => plugin.gc(call),
  STATUS: (plugin, call) => plugin.status(call),
}
