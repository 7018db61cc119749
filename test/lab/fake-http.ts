/** HTTP without a network: servers are functions. */

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
} from '#host/http.ts'
import { fakeError } from './fake-errors.ts'

/** A request as a server sees it. */
export interface SeenRequest extends HttpRequest {
  readonly origin: string
}

/** What a server answers: `status` is 200, and the rest empty, unless it says otherwise. */
export interface FakeAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Without a server every request is refused. */
export class FakeHttp implements Http {
  /** Answers all requests from now on, to whomever they are; what it throws is what whoever asks gets. */
  server: ((request: SeenRequest) => FakeAnswer | Promise<FakeAnswer>) | undefined
  /** All requests so far. */
  readonly requests: SeenRequest[] = []
  /** What clients were opened with. */
  readonly clients: HttpClientOptions[] = []
  /** Who answers at an address such as `127.0.0.1:9100`. */
  readonly served: Map<string, AnswerRequest> = new Map()

  openClient(options: HttpClientOptions): HttpClient {
    this.clients.push(options)
    let isDisposed = false
    const exchange = async (request: HttpRequest): Promise<HttpAnswer> => {
      const object = `${options.origin}${request.path}`
      if (isDisposed) throw fakeError('ECANCELED', request.method, object)
      const seen = { ...request, origin: options.origin }
      this.requests.push(seen)
      if (this.server === undefined) throw fakeError('ECONNREFUSED', request.method, object)
      const { status = 200, headers = {}, body = '' } = await this.server(seen)
      return { status, headers: new Map(Object.entries(headers)), body }
    }
    const dispose = () => {
      isDisposed = true
    }
    const open = async (request: HttpRequest) => streamOf(await exchange(request))
    return { exchange, open, [Symbol.dispose]: dispose }
  }

  async serve({ address, port }: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer> {
    const name = `${address}:${port}`
    if (this.served.has(name)) throw fakeError('EADDRINUSE', 'listen to', name)
    this.served.set(name, answer)
    return { port, [Symbol.dispose]: () => void this.served.delete(name) }
  }
}

/** The body in one piece. */
function streamOf({ status, headers, body }: HttpAnswer): HttpStream {
  const pieces = body === '' ? [] : [body]
  return { status, headers, read: async () => pieces.shift(), [Symbol.dispose]: () => {} }
}
