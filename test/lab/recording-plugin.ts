/** A plugin that does nothing but remember how it was called. */

import type { Call, Command } from '#cni/call.ts'
import type { Plugin, PluginEntry } from '#cni/plugin.ts'
import { noDns, type Result } from '#cni/result.ts'
import { parseIpPrefix } from '#ip/prefix.ts'

export class RecordingPlugin implements Plugin {
  readonly type: string = 'recorder'
  readonly calls: Call[] = []
  /** What the commands named here throw. */
  readonly failures = new Map<Command, unknown>()
  /** What ADD answers. */
  result: Result = {
    interfaces: [],
    ips: [{ address: parseIpPrefix('10.1.2.3/24') }],
    routes: [],
    dns: noDns,
  }
  /** Whether somebody wanted more of it than its type. */
  isLoaded = false

  get entry(): PluginEntry {
    const load = async () => {
      this.isLoaded = true
      return this
    }
    return { type: this.type, load }
  }

  /** The commands it was called with, in order. */
  get commands(): readonly Command[] {
    return this.calls.map(({ command }) => command)
  }

  async add(call: Call): Promise<Result> {
    this.#record(call)
    return this.result
  }

  async del(call: Call): Promise<void> {
    this.#record(call)
  }

  async check(call: Call): Promise<void> {
    this.#record(call)
  }

  async gc(call: Call): Promise<void> {
    this.#record(call)
  }

  async status(call: Call): Promise<void> {
    this.#record(call)
  }

  #record(call: Call): void {
    this.calls.push(call)
    if (this.failures.has(call.command)) throw this.failures.get(call.command)
  }
}
