/** The runner: a small C++ program that runs calls of plugins and times them (runner/main.cc). */

import { spawnSync } from 'node:child_process'

/** A program as a runtime calls a plugin. */
export interface PluginCall {
  readonly id: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly input: string
}

/** What a run came to: one call, or several at once. */
export interface Sample {
  readonly ms: number
  /** The largest process of any of the calls. */
  readonly peakKib: number
}

/** Where the programs of the benchmarks are, below the project's folder, which is the working directory. */
export const programs = '.cache/bench'

/** Builds the programs of the benchmarks: the runner and the floor. */
export function buildPrograms(): void {
  succeed(['make', '--silent', '--directory=bench'])
}

const tenMinutesMs = 600_000

/** Runs groups of calls in order, those of a group at once. `prefix` is a command that runs a command. */
export function runCalls(
  prefix: readonly string[],
  groups: readonly (readonly PluginCall[])[],
): readonly Sample[] {
  return readSamples(succeed([...prefix, runner], { input: runnerInput(groups) }))
}

/** The program that runs calls. */
export const runner = `${programs}/runner`

/** What tells the runner to run groups of calls in order, those of a group at once. */
export function runnerInput(groups: readonly (readonly PluginCall[])[]): string {
  const calls = new Map(groups.flat().map((call) => [call.id, call]))
  const lines = [...calls.values()].flatMap(describe)
  const runs = groups.map((group) => `run ${group.map(({ id }) => id).join(' ')}`)
  return [...lines, ...runs, ''].join('\n')
}

/** What the runner tells of each group. */
export function readSamples(output: string): readonly Sample[] {
  return output.trimEnd().split('\n').map(readSample)
}

function describe({ id, command, environment, input }: PluginCall): string[] {
  return [
    `call ${id}`,
    ...command.map((text) => `arg ${text}`),
    ...Object.entries(environment).map(([name, value]) => `env ${name}=${value}`),
    `input ${input}`,
  ]
}

function readSample(line: string): Sample {
  const [nanoseconds = Number.NaN, peakKib = Number.NaN] = line.split(' ').map(Number)
  return { ms: nanoseconds / 1e6, peakKib }
}

interface RunOptions {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** The output of a program that has to succeed. */
export function succeed(
  [program = '', ...parameters]: readonly string[],
  { input = '', environment = {} }: RunOptions = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
    timeout: tenMinutesMs,
    maxBuffer: 2 ** 26,
  })
  if (error !== undefined) throw new Error(`run ${program}: ${error.message}`, { cause: error })
  if (status === 0) return stdout
  throw new Error(
    `run ${[program, ...parameters].join(' ')}: exit status ${status}\n${stdout}${stderr}`,
  )
}
