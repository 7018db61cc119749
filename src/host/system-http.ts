/** HTTP, by the connections that an engine supplies. */

import type { Clock, Files } from './host.ts'
import type {
  AnswerRequest,
  Http,
  HttpAnswer,
  HttpClient,
  HttpClientOptions,
  HttpEndpoint,
  HttpRequest,
  HttpServer,
  HttpStream,
} from './http.ts'
import { Conversation, type Ground } from './http-conversation.ts'
import type { HttpEngine, PoolTls } from './http-engine.ts'
import { checkRequest, type Origin, parseOrigin } from './http-request.ts'
import type { Attempt } from './refusal.ts'
import { trustedAuthorities } from './trusted-authorities.ts'

export interface HttpSetup {
  readonly engine: HttpEngine
  readonly files: Pick<Files, 'findText'>
  readonly clock: Pick<Clock, 'startTimer'>
}

export class SystemHttp implements Http {
  readonly #setup: HttpSetup

  constructor(setup: HttpSetup) {
    this.#setup = setup
  }

  openClient(options: HttpClientOptions): HttpClient {
    return new SystemHttpClient(options, this.#setup)
  }

  async serve(endpoint: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer> {
    const { engine } = this.#setup
    const { address, port } = endpoint
    const object = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
    try {
      return await engine.serve(endpoint, answer)
    } catch (thrown) {
      throw engine.toSystemError(thrown, { operation: 'listen to', object })
    }
  }
}

class SystemHttpClient implements HttpClient {
  readonly #options: HttpClientOptions
  readonly #origin: Origin
  readonly #setup: HttpSetup
  readonly #conversations = new Set<Conversation>()
  #ground: Promise<Ground> | undefined
  #isDisposed = false

  constructor(options: HttpClientOptions, setup: HttpSetup) {
    this.#options = options
    this.#origin = parseOrigin(options.origin)
    this.#setup = setup
  }

  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const conversation = this.#begin(request)
    try {
      return await conversation.within(request.timeoutMs, async () => {
        const ground = await this.#prepare(conversation.attempt)
        const head = await conversation.send(ground, { ...request, connection: 'kept' })
        let body = ''
        for (;;) {
          const piece = await conversation.read(ground)
          if (piece === undefined) return { ...head, body }
          body += piece
        }
      })
    } catch (thrown) {
      // The rest of an answer that is too long.
      conversation.end('ECANCELED')
      throw thrown
    } finally {
      this.#conversations.delete(conversation)
    }
  }

  async open(request: HttpRequest): Promise<HttpStream> {
    const { timeoutMs } = request
    const conversation = this.#begin(request)
    const dispose = () => {
      conversation.end('ECANCELED')
      this.#conversations.delete(conversation)
    }
    try {
      return await conversation.within(timeoutMs, async () => {
        const ground = await this.#prepare(conversation.attempt)
        const head = await conversation.send(ground, { ...request, connection: 'own' })
        const read = () => conversation.within(timeoutMs, () => conversation.read(ground))
        return { ...head, read, [Symbol.dispose]: dispose }
      })
    } catch (thrown) {
      dispose()
      throw thrown
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    for (const conversation of this.#conversations) conversation.end('ECANCELED')
    this.#conversations.clear()
    // Where there was no ground, nothing was left behind.
    this.#ground?.then(({ pool }) => pool[Symbol.dispose]()).catch(() => {})
  }

  /** @throws SystemError, `EINVAL` */
  #begin(request: HttpRequest): Conversation {
    const attempt = { operation: request.method, object: `${this.#options.origin}${request.path}` }
    checkRequest(request, attempt)
    const conversation = new Conversation(attempt, this.#setup.clock)
    if (this.#isDisposed) conversation.end('ECANCELED')
    else this.#conversations.add(conversation)
    return conversation
  }

  /** What failed may go well the next time. */
  #prepare(attempt: Attempt): Promise<Ground> {
    this.#ground ??= this.#open(attempt).catch((thrown: unknown) => {
      this.#ground = undefined
      throw thrown
    })
    return this.#ground
  }

  async #open(attempt: Attempt): Promise<Ground> {
    const { engine } = this.#setup
    const tls = await this.#tls()
    try {
      return { engine, pool: engine.openPool(this.#origin, tls) }
    } catch (thrown) {
      throw engine.toSystemError(thrown, attempt)
    }
  }

  async #tls(): Promise<PoolTls | undefined> {
    if (!this.#origin.isSecure) return undefined
    const { tls = {} } = this.#options
    const { serverName = this.#origin.host, isUnverified } = tls
    const known = tls.authorities ?? (isUnverified === true ? '' : undefined)
    const authorities = known ?? (await trustedAuthorities(this.#setup.files))
    return { ...tls, authorities, serverName }
  }
}
