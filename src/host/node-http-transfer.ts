/** A request and the answer to it, on Node.js. */

import { type Agent, type ClientRequest, type IncomingMessage, request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { HttpHead } from './http.ts'
import type { Transfer, TransferRequest } from './http-engine.ts'
import type { Origin } from './http-request.ts'
import { TooLongError } from './node-http-errors.ts'

export interface TransferGround {
  readonly agent: Agent
  readonly origin: Origin
}

export class NodeTransfer implements Transfer {
  readonly #maxBytes: number
  readonly #request: ClientRequest
  readonly #arrived: Promise<IncomingMessage>
  #pieces: AsyncIterator<string> | undefined

  constructor(request: TransferRequest, { agent, origin }: TransferGround) {
    const { method, path, headers = {}, body, maxBytes, connection } = request
    this.#maxBytes = connection === 'own' ? Number.POSITIVE_INFINITY : maxBytes
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const { host, port, isSecure, authority } = origin
    const options = { agent, host, port, method, path, setHost: false }
    const start = isSecure ? secure : plain
    this.#request = start({ ...options, headers: { ...headers, host: authority, ...length } })
    this.#arrived = new Promise((resolve, reject) => {
      this.#request.once('response', resolve)
      // Whatever fails later is told to who reads the answer.
      this.#request.on('error', reject)
    })
    this.#request.end(body)
  }

  get isOnUsedConnection(): boolean {
    return this.#request.reusedSocket
  }

  async head(): Promise<HttpHead> {
    const answer = await this.#arrived
    this.#pieces = this.#read(answer)
    const headers = new Map<string, string>()
    for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
      headers.set(name, values.join(', '))
    }
    return { status: answer.statusCode ?? 0, headers }
  }

  async read(): Promise<string | undefined> {
    const next = await this.#pieces?.next()
    return next === undefined || next.done === true ? undefined : next.value
  }

  abandon(): void {
    this.#request.destroy()
  }

  /** An answer that is not asked for is not read from its connection either. */
  async *#read(answer: IncomingMessage): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let count = 0
    for await (const bytes of answer) {
      count += bytes.length
      if (count > this.#maxBytes) throw new TooLongError(this.#maxBytes)
      const text = decoder.decode(bytes, { stream: true })
      if (text !== '') yield text
    }
    const rest = decoder.decode()
    if (rest !== '') yield rest
  }
}
