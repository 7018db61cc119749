/** Programs that are functions of the test. */

import type { Processes, ProcessOutcome, ProcessRequest } from '#host/host.ts'
import { fakeError } from './fake-errors.ts'

/** What a program does when it is run; what it leaves out is success and silence. */
export type FakeProgram = (
  request: ProcessRequest,
) => Partial<ProcessOutcome> | Promise<Partial<ProcessOutcome>>

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

  install(path: string, program: FakeProgram): void {
    this.#programs.set(path, program)
  }

  async run(request: ProcessRequest): Promise<ProcessOutcome> {
    this.requests.push(request)
    const program = this.#programs.get(request.path)
    if (program === undefined) throw fakeError('ENOENT', 'run', request.path)
    return { ...success, ...(await program(request)) }
  }
}
