/** Servers that clients of ours talk to: Node.js's own, on the loopback. */

import { once } from 'node:events'
import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createSecure, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createRaw, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface WebServer extends Disposable {
  readonly port: number
  /** How many clients have connected so far. */
  readonly connections: () => number
  /** Every request so far, with its body, as soon as all of it has come. */
  readonly requests: readonly SeenRequest[]
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Serves at 127.0.0.1, with TLS if there are options for it; `answer` gets requests whose body is read. */
export async function startWebServer(
  answer: RequestListener,
  tls?: ServerOptions,
): Promise<WebServer> {
  const requests: SeenRequest[] = []
  const listener: RequestListener = async (request, response) => {
    const { method = '', url: path = '', headers } = request
    requests.push({ method, path, headers, body: await text(request) })
    answer(request, response)
  }
  const server = tls === undefined ? createPlain(listener) : createSecure(tls, listener)
  // A client that does not trust it is no failure of the server.
  server.on('tlsClientError', () => {})
  return { ...(await listening(server)), requests }
}

/** Serves bytes at 127.0.0.1: `meet` is called for each client with its number, from 1. */
export async function startRawServer(
  meet: (client: Socket, number: number) => void,
): Promise<Omit<WebServer, 'requests'>> {
  let number = 0
  const server = createRaw((client) => {
    number += 1
    client.on('error', () => {})
    meet(client, number)
  })
  return listening(server)
}

async function listening(
  server: Server | ReturnType<typeof createRaw>,
): Promise<Omit<WebServer, 'requests'>> {
  let count = 0
  const open = new Set<Socket>()
  server.on('connection', (client: Socket) => {
    count += 1
    open.add(client)
    client.on('close', () => open.delete(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const dispose = () => {
    server.close()
    for (const client of open) client.destroy()
  }
  const { port } = server.address() as AddressInfo
  return { port, connections: () => count, [Symbol.dispose]: dispose }
}
