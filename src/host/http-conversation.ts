/** One request to a server, from the call to the end of the answer. */

import type { Clock } from './host.ts'
import type { HttpHead } from './http.ts'
import type { HttpEngine, Pool, Transfer, TransferRequest } from './http-engine.ts'
import { type Attempt, codeOf, refusal } from './refusal.ts'

/** What a connection that the server has closed while nobody used it fails with. */
const staleCodes: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE']

/** The longest time that every engine can wait. */
const maxTimeoutMs = 2 ** 31 - 1

type Ending = 'ECANCELED' | 'ETIMEDOUT'

export interface Ground {
  readonly engine: HttpEngine
  readonly pool: Pool
}

/** Ended from outside at any time, whatever it is waiting for then. */
export class Conversation {
  /** What errors call it. */
  readonly attempt: Attempt
  readonly #clock: Pick<Clock, 'startTimer'>
  readonly #ended: Promise<never>
  #ending: Ending | undefined
  #tell: (error: Error) => void = () => {}
  #transfer: Transfer | undefined

  constructor(attempt: Attempt, clock: Pick<Clock, 'startTimer'>) {
    this.attempt = attempt
    this.#clock = clock
    this.#ended = new Promise((_, reject) => {
      this.#tell = reject
    })
    // Nobody need be waiting when it is ended.
    this.#ended.catch(() => {})
  }

  /** @throws SystemError, `code`, in whatever waits, and in all that is begun from now on */
  end(code: Ending): void {
    this.#ending ??= code
    this.#transfer?.abandon()
    this.#tell(refusal(this.#ending, this.attempt))
  }

  /** Does `work`, which takes so long at most, unless the conversation is ended before. */
  async within<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const limitMs = Math.min(timeoutMs, maxTimeoutMs)
    using _timer = this.#clock.startTimer(limitMs, () => this.end('ETIMEDOUT'))
    return await Promise.race([this.#ended, work()])
  }

  /** Sends the request, and once more where the connection has turned out to be closed. */
  async send({ engine, pool }: Ground, given: Omit<TransferRequest, 'attempt'>): Promise<HttpHead> {
    const request = { ...given, attempt: this.attempt }
    try {
      const head = await this.#try(pool, request)
      return head ?? (await this.#try(pool, { ...request, connection: 'new' })) ?? this.#giveUp()
    } catch (thrown) {
      throw engine.toSystemError(thrown, this.attempt)
    }
  }

  /** What comes next of the answer. */
  async read({ engine }: Ground): Promise<string | undefined> {
    try {
      return await this.#transfer?.read()
    } catch (thrown) {
      throw engine.toSystemError(thrown, this.attempt)
    }
  }

  /** Nothing where the connection was closed. */
  async #try(pool: Pool, request: TransferRequest): Promise<HttpHead | undefined> {
    if (this.#ending !== undefined) return this.#giveUp()
    const transfer = pool.start(request)
    this.#transfer = transfer
    try {
      return await transfer.head()
    } catch (thrown) {
      if (!transfer.isOnUsedConnection || !staleCodes.includes(codeOf(thrown))) throw thrown
      transfer.abandon()
      return undefined
    }
  }

  #giveUp(): never {
    throw refusal(this.#ending ?? 'ECONNRESET', this.attempt)
  }
}
