/** Unix sockets in the executable. */

import * as engine from 'netwright:engine'
import { poll, type Waiting } from './polling.ts'
import { receiveNext, sendAll } from './quickjs-endpoints.ts'
import { attempting, toSystemError } from './quickjs-errors.ts'
import { codeOf, refusal } from './refusal.ts'
import type {
  AdoptRequest,
  Connection,
  ConnectRequest,
  Listener,
  ListenRequest,
  Peer,
} from './sockets.ts'

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
  const removeFile = () => {
    try {
      engine.unlink(path)
    } catch {
      // Somebody else has removed it.
    }
  }
  return new EngineListener(socket, { path, timeoutMs: request.timeoutMs, removeFile })
}

/** See `Sockets.adopt`. */
export async function adoptSocket(
  descriptor: number,
  { timeoutMs }: AdoptRequest,
): Promise<Listener> {
  const path = `descriptor ${descriptor}`
  const socket = attempting({ operation: 'listen to', object: path }, () =>
    engine.adoptSocket(descriptor),
  )
  return new EngineListener(socket, { path, timeoutMs, removeFile: () => {} })
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

interface ListenerSetup {
  /** What errors call the socket. */
  readonly path: string
  readonly timeoutMs: number
  readonly removeFile: () => void
}

/** What passes: no descriptors or no memory for another client, who waits meanwhile. */
const shortages: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']
/** The kernel does not tell when there is enough again. */
const shortagePauseMs = 100

class EngineListener implements Listener {
  readonly #socket: engine.Endpoint
  readonly #setup: ListenerSetup
  #isDisposed = false
  #endPause = (): void => {}

  constructor(socket: engine.Endpoint, setup: ListenerSetup) {
    this.#socket = socket
    this.#setup = setup
  }

  async accept(): Promise<Connection | undefined> {
    const { path, timeoutMs } = this.#setup
    for (;;) {
      const client = this.#findClient()
      if (client === 'shortage') await this.#pause()
      else if (client !== undefined) return new EngineConnection(client, path, timeoutMs)
      else if (!(await engine.whenReadable(this.#socket))) return undefined
    }
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    engine.close(this.#socket)
    this.#setup.removeFile()
    this.#endPause()
  }

  #findClient(): engine.Endpoint | 'shortage' | undefined {
    try {
      return engine.acceptSocket(this.#socket)
    } catch (thrown) {
      if (shortages.includes(codeOf(thrown))) return 'shortage'
      throw toSystemError(thrown, { operation: 'listen to', object: this.#setup.path })
    }
  }

  async #pause(): Promise<void> {
    let timer: engine.Timer | undefined
    await new Promise<void>((resolve) => {
      this.#endPause = resolve
      timer = engine.startTimer(shortagePauseMs, resolve)
    })
    if (timer !== undefined) engine.stopTimer(timer)
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

  peer(): Peer {
    const attempt = { operation: 'ask for the peer of', object: this.#path }
    const peer = attempting(attempt, () => engine.peerOf(this.#socket))
    if (peer === undefined) throw refusal(this.#ending ?? 'ECANCELED', attempt)
    return peer
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
