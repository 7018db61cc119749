/** A request and the answer to it, in the executable. */

import * as engine from 'netwright:engine'
import type { HttpHead } from './http.ts'
import type { Transfer, TransferRequest } from './http-engine.ts'
import type { Origin } from './http-request.ts'
import { codeOf, refusal } from './refusal.ts'

/** The connections to one server, and what another one takes. */
export interface KeptConnections {
  readonly client: engine.HttpClient
  readonly origin: Origin
  /** The name or the address in the server's certificate. */
  readonly serverName: string
  /** One that nobody uses; nothing when there is none. */
  take(): engine.HttpConnection | undefined
  /** Keeps or closes it. */
  giveBack(connection: engine.HttpConnection): void
}

export class EngineTransfer implements Transfer {
  readonly #request: TransferRequest
  readonly #connections: KeptConnections
  #connection: engine.HttpConnection | undefined
  #isOnUsedConnection = false
  #isAbandoned = false

  constructor(request: TransferRequest, connections: KeptConnections) {
    this.#request = request
    this.#connections = connections
  }

  get isOnUsedConnection(): boolean {
    return this.#isOnUsedConnection
  }

  async head(): Promise<HttpHead> {
    const used = this.#request.connection === 'kept' ? this.#connections.take() : undefined
    if (used !== undefined) {
      this.#isOnUsedConnection = true
      return this.#send(used)
    }
    return this.#sendToAny(await this.#addresses())
  }

  async read(): Promise<string | undefined> {
    for (;;) {
      const connection = this.#connection
      if (connection === undefined) return undefined
      const piece = engine.receiveBody(connection)
      if (typeof piece === 'string') return piece
      if (piece === null) this.#giveBack(connection)
      else await engine.whenHeard(connection)
    }
  }

  abandon(): void {
    this.#isAbandoned = true
    if (this.#connection !== undefined) engine.closeHttp(this.#connection)
    this.#connection = undefined
  }

  async #addresses(): Promise<readonly string[]> {
    const { client, origin } = this.#connections
    const found = await engine.resolveName(client, origin.host)
    if (typeof found !== 'string') return found
    const detail = `${found} ${origin.host}`
    throw refusal('EHOSTUNREACH', { ...this.#request.attempt, detail })
  }

  /** To the first that lets itself be connected to. */
  async #sendToAny([address = '', ...others]: readonly string[]): Promise<HttpHead> {
    const { client, origin, serverName } = this.#connections
    const connection = engine.connectHttp(client, { address, port: origin.port, name: serverName })
    try {
      return await this.#send(connection)
    } catch (thrown) {
      const isElsewhere = this.#connection === connection && !engine.wasMade(connection)
      if (!isElsewhere || others.length === 0 || codeOf(thrown) === 'EPROTO') throw thrown
      engine.closeHttp(connection)
    }
    return this.#sendToAny(others)
  }

  async #send(connection: engine.HttpConnection): Promise<HttpHead> {
    if (this.#isAbandoned) {
      engine.closeHttp(connection)
      throw refusal('ECANCELED', this.#request.attempt)
    }
    this.#connection = connection
    const { body = '', connection: kind } = this.#request
    const headers = this.#headers()
    engine.sendHttp(connection, { ...this.#request, body, headers, isStream: kind === 'own' })
    for (;;) {
      const head = engine.findHead(connection)
      if (head !== undefined) return { status: head.status, headers: joined(head.headers) }
      await engine.whenHeard(connection)
    }
  }

  #headers(): readonly string[] {
    const { headers = {}, connection } = this.#request
    const own = connection === 'own' ? { connection: 'close' } : {}
    return Object.entries({ ...headers, host: this.#connections.origin.authority, ...own }).flat()
  }

  #giveBack(connection: engine.HttpConnection): void {
    this.#connection = undefined
    this.#connections.giveBack(connection)
  }
}

function joined(texts: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < texts.length; index += 2) {
    const [name = '', value = ''] = texts.slice(index, index + 2)
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  return headers
}
