/** HTTP with and without TLS, as the port gives it: to the servers of datastores, and for metrics. */

export interface Http {
  /** Prepares conversations with one server; nothing is sent before the first request. */
  openClient(options: HttpClientOptions): HttpClient
  /**
   * Answers requests at an address until disposed.
   *
   * @throws SystemError, `EADDRINUSE` when somebody else listens there
   */
  serve(endpoint: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer>
}

/** Answers a request; what it throws is answered with 500 and nothing of it. */
export type AnswerRequest = (request: ServedRequest) => ServedAnswer

export interface HttpClientOptions {
  /**
   * `https://10.96.0.1:443` or `http://[::1]:2379`: scheme, host and port, without a path. The
   * first request is refused with `EINVAL` when it is something else.
   */
  readonly origin: string
  /** For `https` origins. */
  readonly tls?: TlsOptions
}

export interface TlsOptions {
  /** Certificates of the authorities to trust, in PEM; without them those that the machine trusts. */
  readonly authorities?: string
  /** What the server is told of the client, in PEM: a certificate, its chain behind it, and its key. */
  readonly identity?: { readonly certificate: string; readonly key: string }
  /** The name or the address in the server's certificate where it is not the host of the origin. */
  readonly serverName?: string
  /** Whether anybody may answer for the server; a certificate is then not looked at. */
  readonly isUnverified?: boolean
}

/**
 * Conversations with one server: connections are kept and used again, up to as many as there are
 * requests at a time. Disposing it ends them; whoever still waits gets `ECANCELED`. Connections that wait
 * for another request do not keep the process alive.
 */
export interface HttpClient extends Disposable {
  /**
   * The whole answer to a request, whatever its status; redirections are not followed. A request on a
   * connection that was used before and that the server has closed meanwhile, without the head of an
   * answer, is sent once more on a new one.
   *
   * @throws SystemError naming the method and the URL: `ECONNREFUSED`, `ECONNRESET`, `EHOSTUNREACH`
   *   also for a name that nobody knows, `ETIMEDOUT`, `EPROTO` for TLS that failed, with OpenSSL's
   *   reason, and for what is not HTTP, `EMSGSIZE` for an answer of more than `maxBytes`, `EINVAL` for a
   *   path or a header that HTTP cannot carry, other network errors as the system calls them
   */
  exchange(request: HttpRequest): Promise<HttpAnswer>
  /**
   * The answer to a request as it comes, on a connection of its own; resolves with the head of it.
   * `timeoutMs` is then how long the head, and later each piece, may take.
   *
   * @throws SystemError as `exchange` does
   */
  open(request: HttpRequest): Promise<HttpStream>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** What follows the origin: `/v3/kv/range`, with a query where there is one. */
  readonly path: string
  /** Beside those that HTTP itself needs (`host`, `content-length`, `connection`). */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number
  /**
   * How long the body of the answer may be at most. Of a stream, which has no such limit, how much may
   * wait to be read; the server has to wait before it sends more. A chunk must not be longer.
   */
  readonly maxBytes: number
}

export interface HttpHead {
  readonly status: number
  /** Names in lower case; of a header that comes several times, the values joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
}

export interface HttpAnswer extends HttpHead {
  /** As UTF-8. */
  readonly body: string
}

/** An answer without a foreseeable end. Disposing it ends the connection. */
export interface HttpStream extends HttpHead, Disposable {
  /**
   * What comes next, as UTF-8, in pieces of any length, no character torn; nothing when the answer
   * has ended. One call at a time.
   *
   * @throws SystemError, `ETIMEDOUT` when nothing comes for too long, `ECONNRESET`
   */
  read(): Promise<string | undefined>
}

/** Answers until it is disposed. */
export interface HttpServer extends Disposable {
  /** The port that it listens to. */
  readonly port: number
}

export interface HttpEndpoint {
  /** An IP address of this machine, `0.0.0.0` and `::` for all of them. */
  readonly address: string
  /** 0 for any that is free. */
  readonly port: number
}

export interface ServedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
}

export interface ServedAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}
