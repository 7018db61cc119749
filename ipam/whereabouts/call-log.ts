/** `log_file`: what calls did, for whoever looks for the history of an address. */

import { messageOf } from '#base/collect-failures.ts'
import type { Call } from '#cni/call.ts'
import type { LogLevel } from './settings/ipam-keys.ts'

/** Where to write, and how much. */
export interface LogSettings {
  readonly path: string
  /** Nothing that says more than this is written. */
  readonly level: LogLevel
}

/** From the one that says least. */
const levels: readonly LogLevel[] = ['panic', 'error', 'verbose', 'debug']

const fileMode = 0o600

export class CallLog {
  readonly #call: Call
  readonly #settings: LogSettings | undefined

  /** Without settings it writes nothing. */
  constructor(call: Call, settings: LogSettings | undefined) {
    this.#call = call
    this.#settings = settings
  }

  /** Writes that the call was made, and what became of it. */
  async around<T>(work: () => Promise<T>, describe: (outcome: T) => string): Promise<T> {
    const { command, containerId, ifName, network, args } = this.#call
    const what = `${command} of ${network.name} for ${containerId} ${ifName} ${args}`.trim()
    await this.write('debug', `${what}: begun`)
    try {
      const outcome = await work()
      await this.write('verbose', `${what}: ${describe(outcome)}`)
      return outcome
    } catch (failure) {
      await this.write('error', `${what}: ${messageOf(failure)}`)
      throw failure
    }
  }

  /** A line in the original's format. A log that cannot be written to is nobody's obstacle. */
  async write(level: LogLevel, text: string): Promise<void> {
    const { files, clock, streams } = this.#call.host
    if (this.#settings === undefined) return
    const { path, level: limit } = this.#settings
    if (levels.indexOf(level) > levels.indexOf(limit)) return
    const time = new Date(clock.wallMs()).toISOString()
    try {
      await files.append(path, `${time} [${level}] ${oneLine(text)}\n`, fileMode)
    } catch (failure) {
      await streams.writeDiagnostic(`whereabouts: ${messageOf(failure)}\n`)
    }
  }
}

/** What others said is not to look like a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
