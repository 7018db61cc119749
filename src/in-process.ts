/** Delegates that are this very program, run without a second process. */

import type {
  Environment,
  FileStatus,
  Host,
  Processes,
  ProcessOutcome,
  ProcessRequest,
  Streams,
} from '#host/host.ts'

/** Runs the plugin a host is named after and returns the exit status. */
export type RunProgram = (host: Host) => Promise<number>

/**
 * The same host, but a program that turns out to be the running executable, by device and inode, is
 * run in this process, with what it would be given and watched for what it would give. The deadline
 * of such a run is its own affair: nothing could end it from outside.
 */
export function delegatingInProcess(host: Host, runProgram: RunProgram): Host {
  const processes: Processes = {
    run: async (request) =>
      (await isThisProgram(host, request.path))
        ? runInProcess({ ...host, processes }, request, runProgram)
        : host.processes.run(request),
  }
  return { ...host, processes }
}

async function isThisProgram(host: Host, path: string): Promise<boolean> {
  const own = await host.findExecutable()
  if (own === undefined) return false
  const found = await host.files.findStatus(path)
  return found !== undefined && isSameFile(found, own)
}

function isSameFile(one: FileStatus, other: FileStatus): boolean {
  return one.device === other.device && one.inode === other.inode
}

async function runInProcess(
  host: Host,
  request: ProcessRequest,
  runProgram: RunProgram,
): Promise<ProcessOutcome> {
  const streams = new CapturedStreams(request.input)
  const program = request.path.slice(request.path.lastIndexOf('/') + 1)
  const environment = environmentOf(request.environment)
  const exitStatus = await runProgram({ ...host, program, arguments: [], environment, streams })
  const { output, diagnostic } = streams
  return { exitStatus, signal: undefined, output, diagnostic, timedOut: false }
}

function environmentOf(variables: ProcessRequest['environment']): Environment {
  return {
    get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    all: () => variables,
  }
}

class CapturedStreams implements Streams {
  output = ''
  diagnostic = ''
  readonly #input: string

  constructor(input: string) {
    this.#input = input
  }

  async readInput(): Promise<string> {
    return this.#input
  }

  async writeOutput(text: string): Promise<void> {
    this.output += text
  }

  async writeDiagnostic(text: string): Promise<void> {
    this.diagnostic += text
  }
}
