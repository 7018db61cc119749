/** What a plugin is to the dispatcher. */

import type { Call } from './call.ts'
import type { Result } from './result.ts'

/**
 * One plugin type. A method is called after the environment, the network configuration and the
 * version have been checked; it throws `ConfigError`, `SystemError` or `CniError`, leaving nothing
 * behind. Every type implements every command (`gc` and `status` do something).
 *
 * The dispatcher expresses the result of `add` in the configuration's version and prints it. When
 * either fails it calls `del` with the same call: whoever cannot be told of an attachment does not
 * get one. `add` therefore commits what it did without a thought to printing, and `del` undoes all
 * that a whole `add` did. (Encoding inside each life cycle's rollback would not cover a closed
 * standard output, and would have to be remembered in every life cycle.)
 */
export interface Plugin {
  /** The `type` of a configuration and the name of the executable. */
  readonly type: string
  add(call: Call): Promise<Result>
  del(call: Call): Promise<void>
  check(call: Call): Promise<void>
  gc(call: Call): Promise<void>
  status(call: Call): Promise<void>
}

/** A plugin that is loaded only when it has something to do; VERSION needs just its type. */
export interface PluginEntry {
  readonly type: string
  readonly load: () => Promise<Plugin>
}

/** Types, and how each is loaded; written out by hand. */
export type PluginCatalog = ReadonlyMap<string, PluginEntry['load']>
