/** Requests of the tests' own to a server with TLS, by Node.js. */

import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'

export interface HttpsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface HttpsRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Somebody who asks one server, which certificates of `authority` (PEM) vouch for. */
export class HttpsPeer {
  readonly #origin: string
  readonly #agent: Agent

  constructor(origin: string, authority: string) {
    this.#origin = origin
    this.#agent = new Agent({ keepAlive: true, maxSockets: 8, ca: authority })
  }

  /** @throws Error when there is no answer */
  async ask(asked: HttpsRequest): Promise<HttpsAnswer> {
    const answer = await this.open(asked)
    const { statusCode: status = 0, headers } = answer
    return { status, headers, body: await text(answer) }
  }

  /** The answer as it comes. @throws Error when there is none */
  async open({ method, path, headers, body = '' }: HttpsRequest): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const length = { 'content-length': `${Buffer.byteLength(body)}` }
      const options = { method, agent: this.#agent, headers: { ...headers, ...length } }
      const asked = request(`${this.#origin}${path}`, options, resolve)
      asked.on('error', reject)
      asked.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
