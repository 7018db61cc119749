/** Unix sockets on Node.js. */

import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { type ConnectionSetup, NodeConnection } from './node-connection.ts'
import { attempting, toSystemError } from './node-errors.ts'
import { openSocketAddon } from './node-socket-addon.ts'
import { poll, type Waiting } from './polling.ts'
import { type Attempt, codeOf, refusal } from './refusal.ts'
import type {
  AdoptRequest,
  Connection,
  ConnectRequest,
  Listener,
  ListenRequest,
} from './sockets.ts'

/** Of `sun_path` in unix(7), without the zero byte that ends it. Node.js takes a part of more. */
const maxPathBytes = 107

/** See `Sockets.connect`. */
export async function connectSocket(
  path: string,
  { timeoutMs }: ConnectRequest,
  { loadAddon, ...waiting }: Waiting & { readonly loadAddon: () => unknown },
): Promise<Connection> {
  const attempt = { operation: 'connect to', object: path }
  checkPath(attempt)
  const socket = await poll(() => tryConnect(attempt), { timeoutMs }, waiting)
  if (socket === undefined) throw refusal('ETIMEDOUT', attempt)
  return new NodeConnection(socket, { path, timeoutMs, loadAddon })
}

/** See `Sockets.listen`. */
export async function listenSocket(
  path: string,
  { mode, timeoutMs }: ListenRequest,
  loadAddon: () => unknown,
): Promise<Listener> {
  const attempt = { operation: 'listen to', object: path }
  checkPath(attempt)
  const server = newServer()
  const listener = new NodeListener(server, { path, timeoutMs, loadAddon })
  // bind(2) makes the file, with all permissions that the umask leaves; `listen` calls it at once.
  const umask = process.umask(0o777 & ~mode)
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

/** See `Sockets.adopt`. */
export async function adoptSocket(
  descriptor: number,
  { timeoutMs }: AdoptRequest,
  loadAddon: () => unknown,
): Promise<Listener> {
  const path = `descriptor ${descriptor}`
  openSocketAddon(loadAddon).adoptListener(descriptor)
  const server = newServer()
  const listener = new NodeListener(server, { path, timeoutMs, loadAddon })
  server.listen({ fd: descriptor })
  try {
    await once(server, 'listening')
  } catch (thrown) {
    throw toSystemError(thrown, { operation: 'listen to', object: path })
  }
  return listener
}

/** A client is not read from before somebody wants to hear it. */
function newServer(): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true })
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

/**
 * Clients that have gone already come as any others (ECONNABORTED is libuv's affair). Where no
 * descriptor is left for one (EMFILE, ENFILE), libuv has one in reserve, and hangs up on everybody who
 * waits.
 */
class NodeListener implements Listener {
  readonly #server: Server
  readonly #clients: NodeConnection[] = []
  #isDisposed = false
  #wake = (): void => {}

  constructor(server: Server, setup: ConnectionSetup) {
    this.#server = server
    server.on('connection', (client) => {
      this.#clients.push(new NodeConnection(client, setup))
      this.#wake()
    })
    // Of a client that could not be accepted: the next one may be.
    server.once('listening', () => server.on('error', () => {}))
  }

  async accept(): Promise<Connection | undefined> {
    for (;;) {
      const client = this.#clients.shift()
      if (client !== undefined) return client
      if (this.#isDisposed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** libuv removes the file that it has made. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.#server.close()
    for (const client of this.#clients.splice(0)) client[Symbol.dispose]()
    this.#wake()
  }
}
