/** HTTP that is loaded with the first request: few calls make one. */

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

export class LazyHttp implements Http {
  readonly #load: () => Promise<Http>

  constructor(load: () => Promise<Http>) {
    this.#load = load
  }

  openClient(options: HttpClientOptions): HttpClient {
    return new LazyHttpClient(async () => (await this.#load()).openClient(options))
  }

  async serve(endpoint: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer> {
    return (await this.#load()).serve(endpoint, answer)
  }
}

class LazyHttpClient implements HttpClient {
  readonly #load: () => Promise<HttpClient>
  #client: Promise<HttpClient> | undefined
  #isDisposed = false

  constructor(load: () => Promise<HttpClient>) {
    this.#load = load
  }

  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    return (await this.#open()).exchange(request)
  }

  async open(request: HttpRequest): Promise<HttpStream> {
    return (await this.#open()).open(request)
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    // One that could not be opened has nothing to close.
    this.#client?.then((client) => client[Symbol.dispose]()).catch(() => {})
  }

  async #open(): Promise<HttpClient> {
    this.#client ??= this.#load()
    const client = await this.#client
    if (this.#isDisposed) client[Symbol.dispose]()
    return client
  }
}
