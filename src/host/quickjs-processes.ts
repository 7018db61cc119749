/** Processes in the executable. */

import {
  close,
  type Endpoint,
  kill,
  type Spawned,
  spawn,
  startTimer,
  stopTimer,
} from 'netwright:engine'
import type { ProcessOutcome, ProcessRequest } from './host.ts'
import { PrematureEnd } from './premature-end.ts'
import { maxOutputLength, tooMuchOutput } from './process-output.ts'
import { receiveNext, sendAll } from './quickjs-endpoints.ts'
import { attempting, toSystemError } from './quickjs-errors.ts'
import { codeOf } from './refusal.ts'

/** See `Processes.run`. */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  const { path, arguments: parameters = [], environment } = request
  const attempt = { operation: 'execute', object: path }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const spawned = attempting(attempt, () => spawn(path, parameters, variables))
  try {
    return await new Execution(spawned).finish(request)
  } catch (thrown) {
    throw toSystemError(thrown, attempt)
  }
}

/** A running process. */
class Execution {
  readonly #spawned: Spawned
  readonly #prematureEnd = new PrematureEnd(() => this.#stop())

  constructor(spawned: Spawned) {
    this.#spawned = spawned
  }

  async finish({ path, input, timeoutMs }: ProcessRequest): Promise<ProcessOutcome> {
    const timer = startTimer(timeoutMs, () => this.#prematureEnd.expire())
    const [exit, output, diagnostic] = await Promise.all([
      this.#end(),
      this.#collect(this.#spawned.output, path),
      this.#collect(this.#spawned.diagnostic, path),
      this.#feed(input),
    ])
    stopTimer(timer)
    this.#prematureEnd.throwFailure()
    const { timedOut } = this.#prematureEnd
    return { exitStatus: exit.status, signal: exit.signal, output, diagnostic, timedOut }
  }

  /** Nobody reads its input any more then. */
  async #end(): Promise<Awaited<Spawned['exit']>> {
    const exit = await this.#spawned.exit
    close(this.#spawned.input)
    return exit
  }

  async #feed(input: string): Promise<void> {
    try {
      await sendAll(this.#spawned.input, input)
    } catch (thrown) {
      // A program need not read its input: it may end, or close it, first.
      if (codeOf(thrown) !== 'EPIPE') this.#prematureEnd.abandon(thrown)
    }
    close(this.#spawned.input)
  }

  async #collect(stream: Endpoint, path: string): Promise<string> {
    let text = ''
    try {
      for (;;) {
        const piece = await receiveNext(stream)
        if (piece === undefined) break
        text += piece
        if (text.length > maxOutputLength) throw tooMuchOutput(path)
      }
    } catch (thrown) {
      this.#prematureEnd.abandon(thrown)
    }
    close(stream)
    return text
  }

  /** Kills it, and waits no longer for processes that it left behind with its streams in hand. */
  #stop(): void {
    const { child, input, output, diagnostic } = this.#spawned
    kill(child)
    for (const endpoint of [input, output, diagnostic]) close(endpoint)
  }
}
