/** A server between a client and a server with TLS, which does to requests what networks and servers do. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Authority } from './certificates.ts'
import { HttpsPeer, type HttpsRequest } from './https-peer.ts'
import type { Workshop } from './workshop.ts'

/** A request that came by. */
export interface PassingRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly contentType: string | undefined
  readonly accept: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

/** What becomes of a request; absent, it is passed on, and so is the answer. */
export interface Fault {
  /** An answer of the proxy's own; the request is not passed on. */
  readonly answer?: FaultAnswer
  /** The connection ends: before the request is passed on, or when the answer to it has come. */
  readonly cut?: 'before' | 'after'
  /** What happens before the request is passed on. */
  readonly before?: () => Promise<unknown>
  /** There is never an answer, and the request is not passed on. */
  readonly hangs?: boolean
}

export interface FaultAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Which requests have a fault: the first `times` of those that match, after `skip` of them. */
export interface FaultRule {
  readonly method?: RegExp
  readonly path?: RegExp
  /** One when absent. */
  readonly times?: number
  readonly skip?: number
}

/** Requests that want a change. */
export const anyChange = /^(POST|PUT|PATCH|DELETE)$/

/** What a proxy stands in front of; who certifies that server certifies the proxy. */
export interface ProxiedServer {
  readonly url: string
  readonly authority: Authority
}

const address = '127.0.0.1'

export class FaultProxy {
  /** All requests so far. */
  readonly requests: PassingRequest[] = []
  readonly #behind: HttpsPeer
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #faults: { rule: FaultRule; fault: Fault; seen: number }[] = []
  #url = ''
  #isCut = false

  constructor({ url, authority }: ProxiedServer) {
    this.#behind = new HttpsPeer(url, readFileSync(authority.certificate, 'utf8'))
    const { certificate, key } = authority.issue('proxy')
    const tls = { cert: readFileSync(certificate), key: readFileSync(key) }
    this.#server = createServer(tls, (request, response) => {
      // What goes wrong here, the client sees as a connection that ends.
      this.#serve(request, response).catch(() => request.socket.destroy())
    })
    this.#server.on('connection', (socket: Socket) => this.#join(socket))
  }

  get url(): string {
    return this.#url
  }

  /** Has requests fail from now on. */
  when(rule: FaultRule, fault: Fault): void {
    this.#faults.push({ rule, fault, seen: 0 })
  }

  /** Ends every connection, and each that begins, until `mend`. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async listen(): Promise<void> {
    this.#server.listen(0, address)
    await once(this.#server, 'listening')
    const bound = this.#server.address()
    if (typeof bound !== 'object' || bound === null) throw new Error('the proxy has no port')
    this.#url = `https://${address}:${bound.port}`
  }

  async close(): Promise<void> {
    this.#behind.close()
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {})
    if (this.#isCut) socket.destroy()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request
    const body = await text(request)
    const { 'content-type': contentType, accept, authorization } = headers
    const passing = { method, path, contentType, accept, authorization, body }
    this.requests.push(passing)
    const { answer, cut, before, hangs } = this.#faultOf(passing)
    await before?.()
    if (hangs) return
    if (cut === 'before') throw new Error('the connection is cut')
    if (answer === undefined && /[?&]watch=true/.test(path)) {
      return await this.#passOn(passing, response)
    }
    const outcome = answer ?? (await this.#pass(passing))
    if (cut === 'after') throw new Error('the connection is cut')
    const length = { 'content-length': Buffer.byteLength(outcome.body ?? '') }
    response.writeHead(outcome.status, { ...outcome.headers, ...length }).end(outcome.body)
  }

  #faultOf({ method, path }: PassingRequest): Fault {
    for (const entry of this.#faults) {
      const { rule, fault } = entry
      const isMeant = (rule.method ?? /^/).test(method) && (rule.path ?? /^/).test(path)
      if (!isMeant) continue
      entry.seen += 1
      const nth = entry.seen - (rule.skip ?? 0)
      if (nth >= 1 && nth <= (rule.times ?? 1)) return fault
    }
    return {}
  }

  /** An answer without an end, as it comes. */
  async #passOn(request: PassingRequest, response: ServerResponse): Promise<void> {
    const answer = await this.#behind.open(passedOn(request))
    response.writeHead(answer.statusCode ?? 0, { 'content-type': 'application/json' })
    response.flushHeaders()
    await pipeline(answer, response)
  }

  async #pass(request: PassingRequest): Promise<FaultAnswer> {
    const answer = await this.#behind.ask(passedOn(request))
    const type = answer.headers['content-type']
    const passed = typeof type === 'string' ? { 'content-type': type } : {}
    return { status: answer.status, headers: passed, body: answer.body }
  }
}

function passedOn(request: PassingRequest): HttpsRequest {
  const { method, path, contentType, accept, authorization, body } = request
  const headers = {
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(accept !== undefined && { accept }),
    ...(authorization !== undefined && { authorization }),
  }
  return { method, path, headers, body }
}

/** Starts a proxy; it ends with the workshop. */
export async function startFaultProxy(
  workshop: Workshop,
  server: ProxiedServer,
): Promise<FaultProxy> {
  const proxy = new FaultProxy(server)
  await proxy.listen()
  workshop.afterwards(() => proxy.close())
  return proxy
}
