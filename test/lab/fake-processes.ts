/** Programs that are functions of the test. */

import type { Processes, ProcessOutcome, ProcessRequest, SignalName } from '#host/host.ts'
import { fakeError } from './fake-errors.ts'

/** What a program does when it is run; what it leaves out is success and silence. */
export type FakeProgram = (
  request: ProcessRequest,
) => Partial<ProcessOutcome> | Promise<Partial<ProcessOutcome>>

interface SignalWatch {
  readonly signals: readonly SignalName[]
  readonly handle: (signal: SignalName) => void
}

const success: ProcessOutcome = {
  exitStatus: 0,
  signal: undefined,
  output: '',
  diagnostic: '',
  timedOut: false,
}

export class FakeProcesses implements Processes {
  /** Every request, oldest first. */
  readonly requests: ProcessRequest[] = []
  readonly #programs = new Map<string, FakeProgram>()

  readonly #watches = new Set<SignalWatch>()

  install(path: string, program: FakeProgram): void {
    this.#programs.set(path, program)
  }

  async run(request: ProcessRequest): Promise<ProcessOutcome> {
    this.requests.push(request)
    const program = this.#programs.get(request.path)
    if (program === undefined) throw fakeError('ENOENT', 'run', request.path)
    return { ...success, ...(await program(request)) }
  }

  onSignal(signals: readonly SignalName[], handle: (signal: SignalName) => void): Disposable {
    const watch: SignalWatch = { signals, handle }
    this.#watches.add(watch)
    return { [Symbol.dispose]: () => void this.#watches.delete(watch) }
  }

  /** Sends this process a signal. Returns whether it goes on: whether anybody waits for it. */
  deliver(signal: SignalName): boolean {
    const watching = [...this.#watches].filter(({ signals }) => signals.includes(signal))
    for (const { handle } of watching) handle(signal)
    return watching.length > 0
  }
}
