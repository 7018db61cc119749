/** Standard streams on Node.js. */

import { read, write } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Streams } from './host.ts'
import { toSystemError } from './node-errors.ts'
import { codeOf } from './refusal.ts'

const readSome = promisify(read)
const writeSome = promisify(write)

const standardInput = { descriptor: 0, name: 'standard input' }
const standardOutput = { descriptor: 1, name: 'standard output' }
const standardError = { descriptor: 2, name: 'standard error' }

const chunkSize = 65_536
const busyPauseMs = 2

/**
 * Standard streams through their descriptors. `process.stdin` and `process.stdout` would cost every
 * call 4 ms, and on a file that is nearly full `process.stdout` takes a short write for a whole one.
 */
export class NodeStreams implements Streams {
  async readInput(): Promise<string> {
    const { descriptor, name } = standardInput
    const chunks: Buffer[] = []
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(chunkSize)
        const { bytesRead } = await whenReady(() =>
          readSome(descriptor, buffer, 0, chunkSize, null),
        )
        if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8')
        chunks.push(buffer.subarray(0, bytesRead))
      }
    } catch (thrown) {
      throw toSystemError(thrown, { operation: 'read', object: name })
    }
  }

  async writeOutput(text: string): Promise<void> {
    await writeAll(standardOutput, text)
  }

  /** A diagnostic that nobody can receive must not change how the call ends. */
  async writeDiagnostic(text: string): Promise<void> {
    await writeAll(standardError, text).catch(() => undefined)
  }
}

async function writeAll(stream: typeof standardOutput, text: string): Promise<void> {
  const { descriptor, name } = stream
  try {
    let rest = Buffer.from(text, 'utf8')
    while (rest.length > 0) {
      const { bytesWritten } = await whenReady(() => writeSome(descriptor, rest))
      rest = rest.subarray(bytesWritten)
    }
  } catch (thrown) {
    throw toSystemError(thrown, { operation: 'write', object: name })
  }
}

/**
 * A stream that another process made non-blocking answers EAGAIN where it should wait, and not every
 * kind of file can be waited for with poll(2); so ask again.
 */
async function whenReady<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (thrown) {
      if (codeOf(thrown) !== 'EAGAIN') throw thrown
    }
    await sleep(busyPauseMs)
  }
}
