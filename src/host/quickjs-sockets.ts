/** Unix sockets in the executable. */

import * as engine from 'netwright:engine'
import type { Connection, ConnectRequest, Listener, ListenRequest } from './host.ts'
import { poll, type Waiting } from './polling.ts'
import { receiveNext, sendAll } from './quickjs-endpoints.ts'
import { attempting, toSystemError } from './quickjs-errors.ts'
import { codeOf, refusal } from './refusal.ts'

/** See `Sockets.connect`. */
export async function connectSocket(
  path: string,
  { timeoutMs }: ConnectRequest,
  waiting: Waiting,
): Promise<Connection> {
  const attempt = { operation: 'connect to', object: path }
  const tryConnect = () => attempting(attempt, () => findRoom(path))
  const socket = await poll(tryConnect, { timeoutMs }, waiting)
  if (socket === undefined) throw refusal('ETIMEDOUT', attempt)
  return new EngineConnection(socket, path, timeoutMs)
}

/** See `Sockets.listen`. */
export async function listenSocket(path: string, request: ListenRequest): Promise<Listener> {
  const socket = attempting({ operation: 'listen to', object: path }, () =>
    engine.listenSocket(path, request.mode),
  )
  return new EngineListener(socket, path, request.timeoutMs)
}

/** Nothing while the listener has no room for another client. */
function findRoom(path: string): engine.Endpoint | undefined {
  try {
    return engine.connectSocket(path)
  } catch (thrown) {
    if (codeOf(thrown) === 'EAGAIN') return undefined
    throw thrown
  }
}

class EngineListener implements Listener {
  readonly #socket: engine.Endpoint
  readonly #path: string
  readonly #timeoutMs: number
  #isDisposed = false

  constructor(socket: engine.Endpoint, path: string, timeoutMs: number) {
    this.#socket = socket
    this.#path = path
    this.#timeoutMs = timeoutMs
  }

  async accept(): Promise<Connection | undefined> {
    const attempt = { operation: 'listen to', object: this.#path }
    for (;;) {
      const client = attempting(attempt, () => engine.acceptSocket(this.#socket))
      if (client !== undefined) return new EngineConnection(client, this.#path, this.#timeoutMs)
      if (!(await engine.whenReadable(this.#socket))) return undefined
    }
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    engine.close(this.#socket)
    try {
      engine.unlink(this.#path)
    } catch {
      // Somebody else has removed it.
    }
  }
}

class EngineConnection implements Connection {
  readonly #socket: engine.Endpoint
  readonly #path: string
  readonly #timeoutMs: number
  #ending: 'ECANCELED' | 'ETIMEDOUT' | undefined

  constructor(socket: engine.Endpoint, path: string, timeoutMs: number) {
    this.#socket = socket
    this.#path = path
    this.#timeoutMs = timeoutMs
  }

  async read(): Promise<string | undefined> {
    return this.#within('read from', () => receiveNext(this.#socket))
  }

  async write(text: string): Promise<void> {
    await this.#within('write to', () => sendAll(this.#socket, text))
  }

  async end(): Promise<void> {
    await this.#within('write to', async () => engine.endSending(this.#socket))
  }

  [Symbol.dispose](): void {
    this.#close('ECANCELED')
  }

  /** Ends the waiting of whoever waits. */
  #close(ending: 'ECANCELED' | 'ETIMEDOUT'): void {
    this.#ending ??= ending
    engine.close(this.#socket)
  }

  async #within<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const attempt = { operation, object: this.#path }
    const timer = engine.startTimer(this.#timeoutMs, () => this.#close('ETIMEDOUT'))
    try {
      const result = await work()
      if (this.#ending !== undefined) throw refusal(this.#ending, attempt)
      return result
    } catch (thrown) {
      throw toSystemError(thrown, attempt)
    } finally {
      engine.stopTimer(timer)
    }
  }
}
