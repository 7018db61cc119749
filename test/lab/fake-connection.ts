/** Conversations in memory. */

import type { Clock } from '#host/host.ts'
import type { Connection, Peer } from '#host/sockets.ts'
import { fakeError } from './fake-errors.ts'

/** What an end is told of itself. */
export interface FakeEndSetup {
  /** What errors call the socket. */
  readonly path: string
  readonly clock: Clock
  /** How long reading may take by the clock, as it is said when it begins. Writing takes no time. */
  readonly limits: { readonly timeoutMs: number }
  /** Who is at the other end. */
  readonly peer: Peer
}

/** One end; nothing is said before it is joined to another. */
export class FakeConnection implements Connection {
  readonly #setup: FakeEndSetup
  readonly #heard: string[] = []
  #other: FakeConnection | undefined
  #isAllHeard = false
  #isDisposed = false
  #isLate = false
  #wake = (): void => {}

  constructor(setup: FakeEndSetup) {
    this.#setup = setup
  }

  static join(one: FakeConnection, other: FakeConnection): void {
    one.#other = other
    other.#other = one
  }

  async read(): Promise<string | undefined> {
    const { clock, limits } = this.#setup
    using _timer = clock.startTimer(limits.timeoutMs, () => this.#expire())
    for (;;) {
      this.#requireOpen('read from')
      const piece = this.#heard.shift()
      if (piece !== undefined || this.#isAllHeard) return piece
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async write(text: string): Promise<void> {
    this.#requireOpen('write to')
    const other = this.#other
    if (other === undefined || other.#isDisposed) {
      throw fakeError('EPIPE', 'write to', this.#setup.path)
    }
    other.#heard.push(text)
    other.#wake()
  }

  async end(): Promise<void> {
    this.#requireOpen('write to')
    if (this.#other !== undefined) this.#other.#hearNoMore()
  }

  peer(): Peer {
    this.#requireOpen('ask for the peer of')
    return this.#setup.peer
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    this.#wake()
    if (this.#other !== undefined) this.#other.#hearNoMore()
  }

  #hearNoMore(): void {
    this.#isAllHeard = true
    this.#wake()
  }

  #expire(): void {
    this.#isLate = true
    this.#wake()
  }

  #requireOpen(operation: string): void {
    if (this.#isDisposed) throw fakeError('ECANCELED', operation, this.#setup.path)
    if (this.#isLate) throw fakeError('ETIMEDOUT', operation, this.#setup.path)
  }
}
