/** The near end of the bridge: carries calls to the host in another process, and answers back. */

import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import { SystemError } from '#base/system-error.ts'
import { engineShell } from '#test/lab/executable.ts'
import type { BridgeFailure } from './bridge-protocol.ts'
import type { RelaySetup } from './bridge-relay.ts'
import { bundleForEngine } from './bundle-for-engine.ts'

/** How long an answer that is waited for in silence may take. */
const patienceMs = 20_000

export class Bridge {
  readonly #relay: Worker
  readonly #port: MessagePort
  readonly #answered = new Int32Array(new SharedArrayBuffer(4))
  readonly #waiting = new Map<string, (answer: string) => void>()
  #asked = 0

  /** Starts the far end with its files in an empty folder; `shell` is what runs it. */
  constructor(folder: string, shell: string = engineShell) {
    const relay = join(folder, 'relay.mjs')
    const source = fileURLToPath(new URL('bridge-relay.ts', import.meta.url))
    buildSync({ entryPoints: [source], outfile: relay, format: 'esm' })
    const { port1, port2 } = new MessageChannel()
    const setup: RelaySetup = {
      command: [shell, bundleForEngine('test/engine/host-bridge.ts', folder)],
      path: join(folder, 'bridge'),
      port: port2,
      answered: this.#answered,
    }
    this.#relay = new Worker(relay, { workerData: setup, transferList: [port2] })
    this.#port = port1
    this.#port.on('message', (line: string) => this.#take(line))
    this.#port.on('close', () => this.#giveUp())
  }

  /** Ends the far end, and returns its exit status. */
  async close(): Promise<number> {
    const exited: Promise<number[]> = once(this.#relay, 'exit')
    this.#port.close()
    const [status = 0] = await exited
    return status
  }

  /** What the far end answers; of whatever type the caller knows it to be. */
  async ask(target: string, method: string, parameters: readonly unknown[] = []) {
    const text = await new Promise<string>((resolve) => {
      this.#send({ target, method, parameters }, resolve)
    })
    return valueIn(text)
  }

  /** The same for what must be answered at once: nothing else happens meanwhile. */
  askNow(target: string, method: string, parameters: readonly unknown[] = []) {
    let text: string | undefined
    this.#send({ target, method, parameters }, (answer) => {
      text = answer
    })
    while (text === undefined) this.#takeNext()
    return valueIn(text)
  }

  #send(request: object, resolve: (answer: string) => void): void {
    this.#asked += 1
    this.#waiting.set(`${this.#asked}`, resolve)
    this.#port.postMessage(JSON.stringify({ id: this.#asked, ...request }))
  }

  #takeNext(): void {
    const answered = Atomics.load(this.#answered, 0)
    const received = receiveMessageOnPort(this.#port)
    if (received !== undefined) this.#take(received.message)
    else if (Atomics.wait(this.#answered, 0, answered, patienceMs) === 'timed-out') {
      throw new Error('the far end of the bridge does not answer')
    }
  }

  #giveUp(): void {
    const failure: BridgeFailure = { message: 'the far end of the bridge has gone' }
    for (const resolve of this.#waiting.values()) resolve(JSON.stringify({ failure }))
    this.#waiting.clear()
  }

  #take(line: string): void {
    const end = line.indexOf(' ')
    const id = line.slice(0, end)
    const resolve = this.#waiting.get(id)
    this.#waiting.delete(id)
    resolve?.(line.slice(end + 1))
  }
}

function valueIn(answer: string) {
  const { value, failure } = JSON.parse(answer)
  if (failure !== undefined) throw errorOf(failure)
  return value
}

function errorOf({ message, facts }: BridgeFailure): Error {
  return facts === undefined ? new Error(message) : new SystemError(facts)
}
