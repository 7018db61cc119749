/** Programs that run until they are told to end, and may be started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Log, openLog } from './lines.ts'
import type { Workshop } from './workshop.ts'

/** What a service needs to be started. */
export interface ServiceStart {
  readonly command: readonly string[]
  /** All of its environment; this process's when absent. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A program of its own, which ends with the work at the latest. Its log goes on when it is started again. */
export class Service {
  readonly log: Log = openLog()
  readonly #name: string
  #child: ChildProcess | undefined

  constructor(workshop: Workshop, name: string) {
    this.#name = name
    workshop.afterwards(() => this.end('SIGKILL'))
  }

  /** The number of the process. @throws Error when it is not running */
  get pid(): number {
    const { pid, exitCode, signalCode } = this.#child ?? {}
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      throw new Error(`find the process of ${this.#name}: it is not running`)
    }
    return pid
  }

  /** Starts the program; `isReady` tells when it is of use. @throws Error when it ends before that */
  async start(
    { command, environment }: ServiceStart,
    isReady: () => Promise<unknown>,
  ): Promise<void> {
    const [program = '', ...parameters] = command
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(environment === undefined ? {} : { env: environment }),
    })
    this.#child = child
    this.log.follow(child)
    const gone = once(child, 'exit').then(() => {
      throw new Error(`start ${this.#name}: it has ended:\n${this.log.seen(/^/).join('\n')}`)
    })
    gone.catch(() => {})
    await Promise.race([isReady(), gone])
  }

  /** Sends a signal. @throws Error when it is not running */
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name)
  }

  /** Has it end, and waits until it has; one that is not running has. Returns its exit status, if any. */
  async end(name: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (child === undefined) return null
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const gone = once(child, 'exit')
    child.kill(name)
    await gone
    return child.exitCode
  }
}
