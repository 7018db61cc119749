/** What an engine supplies for HTTP. */

import type {
  AnswerRequest,
  HttpEndpoint,
  HttpHead,
  HttpRequest,
  HttpServer,
  TlsOptions,
} from './http.ts'
import type { Origin } from './http-request.ts'
import type { Attempt } from './refusal.ts'

export interface HttpEngine {
  /** `tls` is given where the origin is secure, and only there. */
  openPool(origin: Origin, tls: PoolTls | undefined): Pool
  serve(endpoint: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer>
  /** What a transfer, or a server that could not start, failed with, as a `SystemError`. */
  toSystemError(thrown: unknown, attempt: Attempt): unknown
}

export interface PoolTls extends Omit<TlsOptions, 'authorities' | 'serverName'> {
  /** In PEM; nobody is trusted where there are none. */
  readonly authorities: string
  /** The name or the address that the server's certificate has to be for. */
  readonly serverName: string
}

/** The connections to one server. Disposing it closes those that nobody uses. */
export interface Pool extends Disposable {
  /** Sends a request, and the head of the answer is awaited next. Refusals come with that. */
  start(request: TransferRequest): Transfer
}

export interface TransferRequest extends Omit<HttpRequest, 'timeoutMs'> {
  /**
   * `kept`: one that is left from an earlier request if there is any, and to be left to a later one;
   * `new`: to be left to a later one, and those that are left from before are closed;
   * `own`: a new one for this request alone.
   */
  readonly connection: 'kept' | 'new' | 'own'
  /** What errors call it. */
  readonly attempt: Attempt
}

/** A request and the answer to it. */
export interface Transfer {
  /** Whether the connection has served another request before. */
  readonly isOnUsedConnection: boolean
  head(): Promise<HttpHead>
  /** What comes next of the body, no character torn; nothing at its end. Only after the head. */
  read(): Promise<string | undefined>
  /** Closes the connection if the answer has not come to its end. Who waits need not be told. */
  abandon(): void
}
