/** HTTP on Node.js. */

import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity, createSecureContext } from 'node:tls'
import type { Host } from './host.ts'
import type { Http } from './http.ts'
import type { HttpEngine, Pool, PoolTls, Transfer, TransferRequest } from './http-engine.ts'
import type { Origin } from './http-request.ts'
import { toHttpError } from './node-http-errors.ts'
import { serveHttp } from './node-http-server.ts'
import { NodeTransfer } from './node-http-transfer.ts'
import { SystemHttp } from './system-http.ts'

const nodeHttpEngine: HttpEngine = {
  openPool: (origin, tls) => new NodePool(origin, tls),
  serve: serveHttp,
  toSystemError: toHttpError,
}

/** `files` are for the authorities that the machine trusts. */
export function nodeHttp(setup: Pick<Host, 'clock' | 'files'>): Http {
  return new SystemHttp({ ...setup, engine: nodeHttpEngine })
}

class NodePool implements Pool {
  readonly #origin: Origin
  readonly #tls: object
  readonly #agent: PlainAgent

  constructor(origin: Origin, tls: PoolTls | undefined) {
    this.#origin = origin
    this.#tls = tls === undefined ? {} : tlsOptions(tls)
    this.#agent = this.#newAgent(true)
  }

  start(request: TransferRequest): Transfer {
    if (request.connection === 'new') this.#closeUnused()
    const agent = request.connection === 'own' ? this.#newAgent(false) : this.#agent
    return new NodeTransfer(request, { agent, origin: this.#origin })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #newAgent(keepAlive: boolean): PlainAgent {
    const options = { ...this.#tls, keepAlive }
    return this.#origin.isSecure ? new SecureAgent(options) : new PlainAgent(options)
  }

  #closeUnused(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy()
    }
  }
}

function tlsOptions({ authorities, identity, serverName, isUnverified = false }: PoolTls): object {
  const secureContext = createSecureContext({
    // Without any, Node.js would trust those that it brings along.
    ca: authorities === '' ? [] : authorities,
    ...(identity && { cert: identity.certificate, key: identity.key }),
    minVersion: 'TLSv1.2',
  })
  return {
    secureContext,
    // Of addresses, servers are not told (RFC 6066, section 3).
    servername: isIP(serverName) === 0 ? serverName : '',
    rejectUnauthorized: !isUnverified,
    checkServerIdentity: (_host: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(serverName, certificate),
  }
}
