/** HTTP in the executable. */

import * as engine from 'netwright:engine'
import { answerWith } from './answer-request.ts'
import type { Host } from './host.ts'
import type { AnswerRequest, Http, HttpEndpoint, HttpServer } from './http.ts'
import type { HttpEngine, Pool, PoolTls, Transfer, TransferRequest } from './http-engine.ts'
import type { Origin } from './http-request.ts'
import { toSystemError } from './quickjs-errors.ts'
import { EngineTransfer, type KeptConnections } from './quickjs-http-transfer.ts'
import { SystemHttp } from './system-http.ts'

const quickjsHttpEngine: HttpEngine = {
  openPool: (origin, tls) => new EnginePool(origin, tls),
  serve,
  toSystemError,
}

/** `files` are for the authorities that the machine trusts. */
export function quickjsHttp(setup: Pick<Host, 'clock' | 'files'>): Http {
  return new SystemHttp({ ...setup, engine: quickjsHttpEngine })
}

class EnginePool implements Pool, KeptConnections {
  readonly client: engine.HttpClient
  readonly origin: Origin
  readonly serverName: string
  #unused: engine.HttpConnection[] = []
  #isDisposed = false

  constructor(origin: Origin, tls: PoolTls | undefined) {
    this.origin = origin
    this.serverName = tls?.serverName ?? origin.host
    this.client = tls === undefined ? engine.openHttp() : openHttps(tls)
  }

  start(request: TransferRequest): Transfer {
    if (request.connection === 'new') this.#closeUnused()
    return new EngineTransfer(request, this)
  }

  take(): engine.HttpConnection | undefined {
    for (;;) {
      const connection = this.#unused.pop()
      if (connection === undefined || engine.isFree(connection)) return connection
      engine.closeHttp(connection)
    }
  }

  giveBack(connection: engine.HttpConnection): void {
    if (!this.#isDisposed && engine.isFree(connection)) this.#unused.push(connection)
    else engine.closeHttp(connection)
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    this.#closeUnused()
    engine.closeHttp(this.client)
  }

  #closeUnused(): void {
    this.#unused.splice(0).forEach(engine.closeHttp)
  }
}

function openHttps({ authorities, identity, isUnverified = false }: PoolTls): engine.HttpClient {
  const { certificate = '', key = '' } = identity ?? {}
  return engine.openHttps({ authorities, certificate, key, isUnverified })
}

async function serve({ address, port }: HttpEndpoint, answer: AnswerRequest): Promise<HttpServer> {
  const notice = () => {
    const request = engine.findRequest(started.server)
    if (request === undefined) return
    engine.answerRequest(started.server, answerWith(answer, request))
  }
  const started = engine.serveHttp(address, port, notice)
  return { port: started.port, [Symbol.dispose]: () => engine.stopServing(started.server) }
}
