/** One end of a conversation through a unix socket on Node.js. */

import type { Socket } from 'node:net'
import { maxTimeoutMs } from './node-clock.ts'
import { toSystemError } from './node-errors.ts'
import { openSocketAddon } from './node-socket-addon.ts'
import { refusal } from './refusal.ts'
import type { Connection, Peer } from './sockets.ts'

/** What all ends of a socket have in common. */
export interface ConnectionSetup {
  /** What errors call the socket. */
  readonly path: string
  /** How long each reading and each writing may take. */
  readonly timeoutMs: number
  readonly loadAddon: () => unknown
}

export class NodeConnection implements Connection {
  readonly #socket: Socket
  readonly #path: string
  readonly #timeoutMs: number
  readonly #loadAddon: () => unknown
  readonly #pieces: AsyncIterator<string>
  #isDisposed = false

  constructor(socket: Socket, { path, timeoutMs, loadAddon }: ConnectionSetup) {
    this.#socket = socket
    this.#path = path
    this.#timeoutMs = Math.min(timeoutMs, maxTimeoutMs)
    this.#loadAddon = loadAddon
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

  peer(): Peer {
    const descriptor = descriptorOf(this.#socket)
    if (descriptor !== undefined) {
      return openSocketAddon(this.#loadAddon).peerOf(descriptor, this.#path)
    }
    // Node.js closes a socket through which both have said all, or that has failed.
    const code = this.#isDisposed ? 'ECANCELED' : 'ENOTCONN'
    throw refusal(code, { operation: 'ask for the peer of', object: this.#path })
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

/** Of the open socket, which Node.js keeps to itself; nothing when it is closed. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined
  const { fd } = handle
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}
