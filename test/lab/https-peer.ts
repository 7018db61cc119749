/** Requests of the tests' own to a server with TLS, by Node.js. */

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
  async ask({ method, path, headers, body = '' }: HttpsRequest): Promise<HttpsAnswer> {
    return await new Promise((resolve, reject) => {
      const length = { 'content-length': `${Buffer.byteLength(body)}` }
      const options = { method, agent: this.#agent, headers: { ...headers, ...length } }
      const asked = request(`${this.#origin}${path}`, options, (answer) => {
        const { statusCode: status = 0, headers } = answer
        text(answer).then((body) => resolve({ status, headers, body }), reject)
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
