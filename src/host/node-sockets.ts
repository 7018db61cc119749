/** Unix sockets on Node.js. */

import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Connection, ConnectRequest, Listener, ListenRequest } from './host.ts'
import { maxTimeoutMs } from './node-clock.ts'
import { attempting, toSystemError } from './node-errors.ts'
import { poll, type Waiting } from './polling.ts'
import { type Attempt, codeOf, refusal } from './refusal.ts'

/** Of `sun_path` in unix(7), without the zero byte that ends it. Node.js takes a part of more. */
const maxPathBytes = 107

/** See `Sockets.connect`. */
export async function connectSocket(
  path: string,
  request: ConnectRequest,
  waiting: Waiting,
): Promise<Connection> {
  const attempt = { operation: 'connect to', object: path }
  checkPath(attempt)
  const socket = await poll(() => tryConnect(attempt), request, waiting)
  if (socket === undefined) throw refusal('ETIMEDOUT', attempt)
  return new NodeConnection(socket, path, request.timeoutMs)
}

/** See `Sockets.listen`. */
export async function listenSocket(path: string, request: ListenRequest): Promise<Listener> {
  const attempt = { operation: 'listen to', object: path }
  checkPath(attempt)
  const server = createServer({ allowHalfOpen: true })
  const listener = new NodeListener(server, path, request.timeoutMs)
  // bind(2) makes the file, with all permissions that the umask leaves; `listen` calls it at once.
  const umask = process.umask(0o777 & ~request.mode)
  try {
    server.listen(path)
  } finally {
    process.umask(umask)
  }
  try {
    await once(server, 'listening')
  } catch (thrown) {
    // libuv says EACCES where there is no folder.
    attempting(attempt, () => statSync(dirname(path)))
    throw toSystemError(thrown, attempt)
  }
  return listener
}

function checkPath(attempt: Attempt): void {
  const path = attempt.object
  if (path.includes('\0')) throw refusal('EINVAL', attempt)
  if (Buffer.byteLength(path) > maxPathBytes) throw refusal('ENAMETOOLONG', attempt)
}

/** Nothing while the listener has no room for another client. */
async function tryConnect(attempt: Attempt): Promise<Socket | undefined> {
  const socket = createConnection({ path: attempt.object, allowHalfOpen: true })
  try {
    await once(socket, 'connect')
    return socket
  } catch (thrown) {
    if (codeOf(thrown) === 'EAGAIN') return undefined
    throw toSystemError(thrown, attempt)
  }
}

class NodeListener implements Listener {
  readonly #server: Server
  readonly #path: string
  readonly #timeoutMs: number
  readonly #clients: Socket[] = []
  #isDisposed = false
  #wake = (): void => {}

  constructor(server: Server, path: string, timeoutMs: number) {
    this.#server = server
    this.#path = path
    this.#timeoutMs = timeoutMs
    server.on('connection', (client) => {
      this.#clients.push(client)
      this.#wake()
    })
  }

  async accept(): Promise<Connection | undefined> {
    for (;;) {
      const client = this.#clients.shift()
      if (client !== undefined) return new NodeConnection(client, this.#path, this.#timeoutMs)
      if (this.#isDisposed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** libuv removes the file. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.#server.close()
    for (const client of this.#clients.splice(0)) client.destroy()
    this.#wake()
  }
}

class NodeConnection implements Connection {
  readonly #socket: Socket
  readonly #path: string
  readonly #timeoutMs: number
  readonly #pieces: AsyncIterator<string>
  #isDisposed = false

  constructor(socket: Socket, path: string, timeoutMs: number) {
    this.#socket = socket
    this.#path = path
    this.#timeoutMs = Math.min(timeoutMs, maxTimeoutMs)
    // Whoever reads or writes is told of it, too.
    socket.on('error', () => {})
    socket.setEncoding('utf8')
    this.#pieces = socket.iterator({ destroyOnReturn: false })
  }

  async read(): Promise<string | undefined> {
    const { value, done } = await this.#within('read from', () => this.#pieces.next())
    return done === true ? undefined : value
  }

  async write(text: string): Promise<void> {
    await this.#within('write to', () => this.#write(text))
  }

  async end(): Promise<void> {
    await this.#within('write to', async () => this.#socket.end())
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    this.#socket.destroy()
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(text, (error) => (error ? reject(error) : resolve()))
    })
  }

  async #within<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const attempt = { operation, object: this.#path }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(refusal('ETIMEDOUT', attempt)), this.#timeoutMs)
    })
    try {
      return await Promise.race([work(), late])
    } catch (thrown) {
      throw this.#isDisposed ? refusal('ECANCELED', attempt) : toSystemError(thrown, attempt)
    } finally {
      clearTimeout(timer)
    }
  }
}
