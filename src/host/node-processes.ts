/** Processes on Node.js. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ProcessOutcome, ProcessRequest } from './host.ts'
import { maxTimeoutMs } from './node-clock.ts'
import { toSystemError } from './node-errors.ts'
import { hasProgramFormat } from './node-program-format.ts'
import { PrematureEnd } from './premature-end.ts'
import { maxOutputLength, tooMuchOutput } from './process-output.ts'
import { codeOf, refusal } from './refusal.ts'

/** See `Processes.run`. */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  const attempt = { operation: 'execute', object: request.path }
  // glibc's execvp(3), which libuv calls, would hand the file to a shell instead.
  if (!hasProgramFormat(request.path)) throw refusal('ENOEXEC', attempt)
  try {
    return await new Execution(await start(request)).finish(request)
  } catch (thrown) {
    throw toSystemError(thrown, attempt)
  }
}

function start(request: ProcessRequest): Promise<ChildProcessWithoutNullStreams> {
  const { path, arguments: parameters = [], environment } = request
  // Without a slash libuv would search PATH.
  const file = path.includes('/') ? path : `./${path}`
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, { argv0: path, env: environment, stdio: 'pipe' })
    child.on('error', reject)
    child.once('spawn', () => resolve(child))
  })
}

/** A running process. */
class Execution {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #prematureEnd = new PrematureEnd(() => this.#stop())

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
  }

  async finish({ path, input, timeoutMs }: ProcessRequest): Promise<ProcessOutcome> {
    const timer = setTimeout(() => this.#prematureEnd.expire(), Math.min(timeoutMs, maxTimeoutMs))
    const output = this.#collect(this.#child.stdout, path)
    const diagnostic = this.#collect(this.#child.stderr, path)
    this.#feed(input)
    try {
      const { exitStatus, signal } = await this.#closed()
      this.#prematureEnd.throwFailure()
      const { timedOut } = this.#prematureEnd
      return {
        exitStatus,
        signal,
        output: textOf(output),
        diagnostic: textOf(diagnostic),
        timedOut,
      }
    } finally {
      clearTimeout(timer)
    }
  }

  #closed(): Promise<Pick<ProcessOutcome, 'exitStatus' | 'signal'>> {
    return new Promise((resolve) => {
      this.#child.once('close', (exitStatus, signal) =>
        resolve({ exitStatus: exitStatus ?? undefined, signal: signal ?? undefined }),
      )
    })
  }

  #feed(input: string): void {
    this.#child.stdin.on('error', (error) => {
      // A program need not read its input: it may end, or close it, first.
      if (!['EPIPE', 'ECONNRESET'].includes(codeOf(error) ?? '')) this.#prematureEnd.abandon(error)
    })
    this.#child.stdin.end(input)
  }

  #collect(stream: Readable, path: string): Buffer[] {
    const chunks: Buffer[] = []
    let size = 0
    stream.on('error', (error) => this.#prematureEnd.abandon(error))
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxOutputLength) chunks.push(chunk)
      else this.#prematureEnd.abandon(tooMuchOutput(path))
    })
    return chunks
  }

  /** Kills it, and waits no longer for processes that it left behind with its streams in hand. */
  #stop(): void {
    this.#child.kill('SIGKILL')
    for (const stream of this.#child.stdio) stream?.destroy()
  }
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
