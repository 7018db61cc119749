/** The executable's HTTP as an object of the tests. */

import type { HttpAnswer, HttpClient, HttpStream } from '#host/http.ts'
import type { HostWithoutCalls } from '#test/contract/host.ts'
import type { Bridge } from './bridge.ts'
import type { FarObject } from './bridge-protocol.ts'

/** The part of an answer that can travel; see `portable` of the far end. */
interface FarAnswer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: string
  /** Of a stream. */
  readonly name?: string
}

export function bridgedHttp(bridge: Bridge): HostWithoutCalls['http'] {
  return {
    openClient: (options) => bridgedClient(bridge, bridge.askNow('http', 'openClient', [options])),
  }
}

function bridgedClient(bridge: Bridge, client: FarObject): HttpClient {
  return {
    exchange: async (request) => {
      const answer: FarAnswer = await bridge.ask(client.name, 'exchange', [request])
      const { status, headers, body = '' } = answer
      return { status, headers: new Map(headers), body } satisfies HttpAnswer
    },
    open: async (request) =>
      bridgedStream(bridge, await bridge.ask(client.name, 'open', [request])),
    [Symbol.dispose]: () => bridge.askNow(client.name, 'dispose'),
  }
}

function bridgedStream(bridge: Bridge, { status, headers, name = '' }: FarAnswer): HttpStream {
  return {
    status,
    headers: new Map(headers),
    read: () => bridge.ask(name, 'read'),
    [Symbol.dispose]: () => bridge.askNow(name, 'dispose'),
  }
}
