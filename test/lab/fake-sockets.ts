/** Unix sockets in memory, with their files among the fake ones. */

import type {
  AdoptRequest,
  Connection,
  ConnectRequest,
  Listener,
  ListenRequest,
  Peer,
  Sockets,
} from '#host/sockets.ts'
import type { FakeClock } from './fake-clock.ts'
import { FakeConnection } from './fake-connection.ts'
import { fakeError } from './fake-errors.ts'
import type { FakeFiles } from './fake-files.ts'

class FakeListener {
  /** How long each reading from a client may take. */
  timeoutMs = 0
  readonly #clients: FakeConnection[] = []
  #isClosed = false
  #wake = (): void => {}

  join(client: FakeConnection): void {
    this.#clients.push(client)
    this.#wake()
  }

  async accept(): Promise<Connection | undefined> {
    for (;;) {
      if (this.#isClosed) return undefined
      const client = this.#clients.shift()
      if (client !== undefined) return client
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#isClosed = true
    for (const client of this.#clients.splice(0)) client[Symbol.dispose]()
    this.#wake()
  }
}

/**
 * A socket file that is put among the files, `FakeFiles.putSocket`, is one to which nobody listens, as
 * a crash leaves it.
 */
export class FakeSockets implements Sockets {
  /** Who connects from now on. */
  client: Peer = { userId: 0, processId: 4321 }
  /** Who listens, to those who connect. */
  readonly server: Peer = { userId: 0, processId: 1234 }
  readonly #clock: FakeClock
  readonly #files: FakeFiles
  readonly #listeners = new Map<string, FakeListener>()
  readonly #given = new Map<number, string>()

  constructor(clock: FakeClock, files: FakeFiles) {
    this.#clock = clock
    this.#files = files
  }

  /** Hands a listener over, to which clients may connect before it is adopted. */
  give(descriptor: number, path: string): void {
    this.#files.putSocket(path, 0o600)
    this.#listeners.set(path, new FakeListener())
    this.#given.set(descriptor, path)
  }

  async connect(path: string, { timeoutMs }: ConnectRequest): Promise<Connection> {
    const status = await this.#files.findStatus(path)
    if (status === undefined) throw fakeError('ENOENT', 'connect to', path)
    const listener = this.#listeners.get(path)
    if (listener === undefined) throw fakeError('ECONNREFUSED', 'connect to', path)
    const common = { path, clock: this.#clock }
    const near = new FakeConnection({ ...common, limits: { timeoutMs }, peer: this.server })
    const far = new FakeConnection({ ...common, limits: listener, peer: this.client })
    FakeConnection.join(near, far)
    listener.join(far)
    return near
  }

  async listen(path: string, { mode, timeoutMs }: ListenRequest): Promise<Listener> {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/'
    if ((await this.#files.findStatus(folder)) === undefined) {
      throw fakeError('ENOENT', 'listen to', path)
    }
    if ((await this.#files.findStatus(path)) !== undefined) {
      throw fakeError('EADDRINUSE', 'listen to', path)
    }
    this.#files.putSocket(path, mode)
    return this.#open(path, timeoutMs, () => void this.#files.remove(path))
  }

  async adopt(descriptor: number, { timeoutMs }: AdoptRequest): Promise<Listener> {
    const path = this.#given.get(descriptor)
    if (path === undefined) throw fakeError('EBADF', 'listen to', `descriptor ${descriptor}`)
    this.#given.delete(descriptor)
    return this.#open(path, timeoutMs, () => {})
  }

  #open(path: string, timeoutMs: number, removeFile: () => void): Listener {
    const listener = this.#listeners.get(path) ?? new FakeListener()
    this.#listeners.set(path, listener)
    listener.timeoutMs = timeoutMs
    const dispose = () => {
      if (this.#listeners.get(path) !== listener) return
      this.#listeners.delete(path)
      listener.close()
      removeFile()
    }
    return { accept: () => listener.accept(), [Symbol.dispose]: dispose }
  }
}
