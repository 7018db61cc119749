/** Running programs, and what came of it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export interface Outcome {
  readonly command: string
  /** The exit status, or nothing when a signal ended the program. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  /** All of its environment; this process's when absent. */
  readonly environment?: Readonly<Record<string, string>>
  /** Aborting it kills the program, and what it has started, at once. */
  readonly signal?: AbortSignal
  /** How long it may take: a minute when absent. */
  readonly deadlineMs?: number
}

const minuteMs = 60_000

/** Runs a program to its end. A test that wants it to succeed calls `succeed`. */
export async function run(
  [program = '', ...parameters]: readonly string[],
  { input = '', environment, signal, deadlineMs = minuteMs }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(program, parameters, {
    stdio: 'pipe',
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    // A process group of its own, which can be killed as one.
    detached: signal !== undefined,
    ...(environment === undefined ? {} : { env: environment }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const kill = () => killGroup(child)
  signal?.addEventListener('abort', kill)
  // A program that does not read all of its input is no failure of the test.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [status] = await once(child, 'close')
  signal?.removeEventListener('abort', kill)
  return { command: [program, ...parameters].join(' '), status, stdout, stderr }
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  const isRunning = pid !== undefined && exitCode === null && signalCode === null
  if (isRunning) process.kill(-pid, 'SIGKILL')
}

/** Runs a short program to its end, synchronously: for witnesses and preparations. */
export function runSync([program = '', ...parameters]: readonly string[]): string {
  const done = spawnSync(program, parameters, { encoding: 'utf8', timeout: minuteMs })
  const command = [program, ...parameters].join(' ')
  if (done.error !== undefined) throw new Error(`${command}: ${done.error.message}`)
  if (done.status !== 0) throw new Error(`${command}: exit status ${done.status}: ${done.stderr}`)
  return done.stdout
}

/** The outcome of a program that must have succeeded. */
export function succeed(outcome: Outcome): Outcome {
  if (outcome.status === 0) return outcome
  const { command, status, stdout, stderr } = outcome
  throw new Error(`${command}: exit status ${status}\n${stdout}\n${stderr}`)
}
