/**
 * The middle of the bridge: a thread that carries lines between the tests' thread and the far end, so
 * that the tests' thread can wait for an answer without letting anything else happen.
 */

import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { type MessagePort, workerData } from 'node:worker_threads'

export interface RelaySetup {
  /** The far end's command line; the path of the socket is added to it. */
  readonly command: readonly string[]
  readonly path: string
  readonly port: MessagePort
  /** Counts the answers, and wakes who waits for one. */
  readonly answered: Int32Array<SharedArrayBuffer>
}

const { command, path, port, answered }: RelaySetup = workerData

/** It gets a file that its own programs must not get. The thread ends with it, and as it does. */
function startFarEnd(): void {
  const [program = '', ...parameters] = command
  const stray = openSync('/dev/null', 'r')
  const farEnd = spawn(program, [...parameters, path], {
    stdio: ['ignore', 'inherit', 'inherit', stray],
  })
  farEnd.on('close', (status) => process.exit(status ?? 1))
}

const server = createServer((socket) => {
  server.close()
  createInterface(socket).on('line', (line) => {
    port.postMessage(line)
    Atomics.add(answered, 0, 1)
    Atomics.notify(answered, 0)
  })
  port.on('message', (line: string) => socket.write(`${line}\n`))
  port.on('close', () => socket.end())
})
server.listen(path, startFarEnd)
