/** A host in memory: what a plugin is told, and everything it says and does. */

import type { Digests, Environment, FileStatus, Host, Random, Streams } from '#host/host.ts'
import { nodeDigests } from '#host/node-digests.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeFiles } from './fake-files.ts'
import { FakeHttp } from './fake-http.ts'
import { FakeProcesses, type FakeProgram } from './fake-processes.ts'
import { FakeSockets } from './fake-sockets.ts'

export interface FakeHostSetup {
  /** The name the program is called by. */
  readonly program?: string
  /** The command line after it. */
  readonly arguments?: readonly string[]
  /** 1234 when absent. */
  readonly processId?: number
  /** The executable file it is; none when absent. */
  readonly executable?: FileStatus
  readonly environment?: Readonly<Record<string, string>>
  /** Standard input, or the error reading it gives. */
  readonly input?: string | Error
  /** Paths and contents. */
  readonly files?: Readonly<Record<string, string>>
}

class FakeEnvironment implements Environment {
  readonly #variables: Readonly<Record<string, string>>

  constructor(variables: Readonly<Record<string, string>>) {
    this.#variables = variables
  }

  get(name: string): string | undefined {
    return Object.hasOwn(this.#variables, name) ? this.#variables[name] : undefined
  }

  all(): Readonly<Record<string, string>> {
    return { ...this.#variables }
  }
}

/** Standard streams that remember. */
export class FakeStreams implements Streams {
  /** Everything written to standard output. */
  output = ''
  /** Everything written to standard error. */
  diagnostic = ''
  /** Whether standard input was read. */
  wasInputRead = false
  /** What writing to standard output throws from now on. */
  outputError: Error | undefined
  readonly #input: string | Error

  constructor(input: string | Error) {
    this.#input = input
  }

  async readInput(): Promise<string> {
    this.wasInputRead = true
    if (this.#input instanceof Error) throw this.#input
    return this.#input
  }

  async writeOutput(text: string): Promise<void> {
    if (this.outputError !== undefined) throw this.outputError
    this.output += text
  }

  async writeDiagnostic(text: string): Promise<void> {
    this.diagnostic += text
  }
}

/** The same bytes every time: 0, 1, 2, ... */
const countingRandom: Random = {
  bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index),
}

export class FakeHost implements Host {
  readonly program: string
  readonly arguments: readonly string[]
  readonly processId: number
  readonly environment: Environment
  readonly streams: FakeStreams
  readonly clock: FakeClock = new FakeClock()
  readonly files: FakeFiles = new FakeFiles(this.clock)
  readonly processes: FakeProcesses = new FakeProcesses()
  readonly sockets: FakeSockets = new FakeSockets(this.clock, this.files)
  readonly http: FakeHttp = new FakeHttp()
  readonly random: Random = countingRandom
  readonly digests: Digests = nodeDigests
  readonly findExecutable: () => Promise<FileStatus | undefined>

  constructor(setup: FakeHostSetup = {}) {
    this.program = setup.program ?? 'macvlan'
    this.arguments = setup.arguments ?? []
    this.processId = setup.processId ?? 1234
    this.findExecutable = async () => setup.executable
    this.environment = new FakeEnvironment(setup.environment ?? {})
    this.streams = new FakeStreams(setup.input ?? '')
    for (const [path, content] of Object.entries(setup.files ?? {})) this.files.put(path, content)
  }

  /** Puts an executable at `path` that does what `program` says. */
  install(path: string, program: FakeProgram): void {
    this.files.put(path, '', 0o755)
    this.processes.install(path, program)
  }
}
