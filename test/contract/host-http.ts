/** What every host's HTTP promises (src/host/http.ts); Node.js's own servers are the witness. */

import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Http, HttpClient, HttpRequest } from '#host/http.ts'
import { startRawServer, startWebServer, type WebServer } from '#test/lab/web-server.ts'

export type HttpUnderTest = Pick<Http, 'openClient'>

const get: HttpRequest = { method: 'GET', path: '/', timeoutMs: 30_000, maxBytes: 1e7 }
const speech = 'grüße 🌍 '

export function httpContract(open: () => HttpUnderTest): void {
  const opened: Disposable[] = []
  let http: HttpUnderTest

  beforeEach(() => {
    http = open()
  })

  afterEach(() => {
    for (const resource of opened.splice(0).reverse()) resource[Symbol.dispose]()
  })

  function keep<T extends Disposable>(resource: T): T {
    opened.push(resource)
    return resource
  }

  function clientOf({ port }: { readonly port: number }, host = '127.0.0.1'): HttpClient {
    return keep(http.openClient({ origin: `http://${host}:${port}` }))
  }

  async function serving(answer: RequestListener): Promise<[HttpClient, WebServer]> {
    const server = keep(await startWebServer(answer))
    return [clientOf(server), server]
  }

  async function servingRaw(meet: (client: Socket, number: number) => void) {
    const server = keep(await startRawServer(meet))
    return [clientOf(server), server] as const
  }

  describe('an exchange', () => {
    test('gives status, headers and body, whatever they are', async () => {
      const [client] = await serving((_, response) => {
        response.setHeader('X-Many', ['one', 'two'])
        response.writeHead(418, { 'Content-Type': 'text/plain' }).end(speech)
      })
      const { status, headers, body } = await client.exchange(get)
      expect({ status, body }).toEqual({ status: 418, body: speech })
      expect(headers.get('content-type')).toBe('text/plain')
      expect(headers.get('x-many')).toBe('one, two')
    })

    test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
      'says what it is told to with %s',
      async (method) => {
        const [client, server] = await serving((_, response) => response.end())
        const headers = { authorization: 'Bearer a', 'content-type': 'text/plain' }
        await client.exchange({ ...get, method, path: '/a/b?c=d%20e', headers, body: speech })
        expect(server.requests).toMatchObject([
          { method, path: '/a/b?c=d%20e', body: speech, headers },
        ])
        expect(server.requests[0]?.headers).toMatchObject({
          host: `127.0.0.1:${server.port}`,
          'content-length': `${Buffer.byteLength(speech)}`,
        })
      },
    )

    test('understands a letter that comes in pieces', async () => {
      const [client] = await serving(async (_, response) => {
        for (const byte of Buffer.from(speech)) {
          await new Promise((resolve) => response.write(Uint8Array.of(byte), resolve))
        }
        response.end(Buffer.from('🌍').subarray(0, 2))
      })
      expect((await client.exchange(get)).body).toBe(`${speech}�`)
    })

    test.each(['content-length', 'transfer-encoding'] as const)(
      'takes long bodies with %s',
      async (header) => {
        const body = speech.repeat(100_000)
        const [client] = await serving((_, response) => {
          if (header === 'transfer-encoding') response.write(body.slice(0, 10))
          response.end(header === 'transfer-encoding' ? body.slice(10) : body)
        })
        const answer = await client.exchange({ ...get, method: 'POST', body })
        expect(answer.headers.has(header)).toBe(true)
        expect(answer.body).toBe(body)
      },
    )

    test('takes a body that ends with the connection', async () => {
      const [client] = await servingRaw((server) => {
        server.once('data', () => server.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall'))
      })
      expect((await client.exchange(get)).body).toBe('all')
    })

    test('follows no redirection, and needs no body', async () => {
      const [client, server] = await serving((request, response) => {
        const isFirst = request.url === '/'
        response.writeHead(isFirst ? 302 : 204, { location: '/elsewhere' }).end()
      })
      expect((await client.exchange(get)).status).toBe(302)
      const answer = await client.exchange({ ...get, path: '/none' })
      expect(answer).toMatchObject({ status: 204, body: '' })
      expect(server.connections()).toBe(1)
    })

    test('reaches a server by a name', async () => {
      const [, server] = await serving((_, response) => response.end(speech))
      expect((await clientOf(server, 'localhost').exchange(get)).body).toBe(speech)
    })
  })

  describe('connections', () => {
    test('are used again, and are as many as there are requests at a time', async () => {
      const waiting: ServerResponse[] = []
      const [client, server] = await serving((_, response) => {
        // Answered when all three are there.
        waiting.push(response)
        if (waiting.length === 3) for (const one of waiting.splice(0)) one.end(speech)
      })
      for (let round = 0; round < 3; round++) {
        await Promise.all([get, get, get].map((request) => client.exchange(request)))
      }
      expect(server.connections()).toBe(3)
      expect(server.requests).toHaveLength(9)
    })

    test('that the server has closed meanwhile are made again', async () => {
      const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes'
      let requests = 0
      const [client, server] = await servingRaw((peer) => {
        let isFirst = true
        peer.on('data', () => {
          requests += 1
          // Each connection is good for one answer.
          if (isFirst) peer.write(answer)
          else peer.destroy()
          isFirst = false
        })
      })
      for (let round = 0; round < 3; round++) expect((await client.exchange(get)).body).toBe('yes')
      expect({ requests, connections: server.connections() }).toEqual({
        requests: 5,
        connections: 3,
      })
    })

    test('that end in time are not used again', async () => {
      const closed: Promise<unknown>[] = []
      const [client, server] = await servingRaw((peer) => {
        closed.push(once(peer, 'close'))
        peer.once('data', () => peer.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes'))
      })
      await client.exchange(get)
      await Promise.all(closed)
      expect((await client.exchange(get)).body).toBe('yes')
      expect(server.connections()).toBe(2)
    })

    test('that are new and end without an answer are a failure', async () => {
      let requests = 0
      const [client] = await servingRaw((peer) => {
        peer.once('data', () => {
          requests += 1
          peer.destroy()
        })
      })
      await expect(client.exchange(get)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(requests).toBe(1)
    })
  })

  describe('a failure', () => {
    test('names the method and the URL', async () => {
      const server = await startRawServer(() => {})
      server[Symbol.dispose]()
      const origin = `http://127.0.0.1:${server.port}`
      const request = { ...get, method: 'DELETE', path: '/a?b' } as const
      await expect(clientOf(server).exchange(request)).rejects.toMatchObject({
        name: 'SystemError',
        code: 'ECONNREFUSED',
        operation: 'DELETE',
        object: `${origin}/a?b`,
        message: `DELETE ${origin}/a?b: ECONNREFUSED connection refused`,
      })
    })

    test('is a name that nobody knows', async () => {
      // Longer than a part of a name can be, so that nobody has to be asked.
      const host = `${'x'.repeat(64)}.invalid`
      await expect(clientOf({ port: 81 }, host).exchange(get)).rejects.toMatchObject({
        code: 'EHOSTUNREACH',
        operation: 'GET',
        object: `http://${host}:81/`,
        detail: expect.stringContaining(host),
      })
    })

    test('is a server that says nothing', async () => {
      const [client] = await servingRaw(() => {})
      const impatient = { ...get, timeoutMs: 50 }
      await expect(client.exchange(impatient)).rejects.toMatchObject({
        code: 'ETIMEDOUT',
        operation: 'GET',
      })
    })

    test('is a server that stops in the middle', async () => {
      const [client] = await servingRaw((peer) => {
        peer.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
      })
      const impatient = { ...get, timeoutMs: 200 }
      await expect(client.exchange(impatient)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    })

    test('is an answer that is cut off', async () => {
      const [client] = await servingRaw((peer) => {
        peer.once('data', () => peer.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'))
      })
      await expect(client.exchange(get)).rejects.toMatchObject({ code: 'ECONNRESET' })
    })

    test('is an answer that is longer than wanted', async () => {
      const [client] = await serving((request, response) => {
        if (request.url === '/chunked') response.write('12345')
        response.end('67890')
      })
      const exchange = (path: string, maxBytes: number) =>
        client.exchange({ ...get, path, maxBytes })
      const tooLong = { code: 'EMSGSIZE', operation: 'GET' }
      await expect(exchange('/plain', 4)).rejects.toMatchObject(tooLong)
      await expect(exchange('/chunked', 9)).rejects.toMatchObject(tooLong)
      expect((await exchange('/plain', 5)).body).toBe('67890')
      expect((await exchange('/chunked', 10)).body).toBe('1234567890')
    })

    test('is what is not HTTP', async () => {
      const [client] = await servingRaw((peer) => peer.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'))
      const failure = expect(client.exchange(get)).rejects
      await failure.toMatchObject({ code: 'EPROTO', detail: expect.stringMatching(/./) })
    })

    test.each([
      ['a path with a space', { path: '/a b' }],
      ['a path that ends the line', { path: '/a\r\nx: y' }],
      ['no path', { path: 'a' }],
      ['a header that ends the line', { headers: { a: 'b\r\nx: y' } }],
      ['a name of a header with a colon', { headers: { 'a:': 'b' } }],
    ])('is %s, and nothing is sent', async (_, wrong) => {
      const [client, server] = await serving((__, response) => response.end())
      await expect(client.exchange({ ...get, ...wrong })).rejects.toMatchObject({ code: 'EINVAL' })
      expect(server.connections()).toBe(0)
    })

    test.each(['127.0.0.1:80', 'ftp://a', 'http://a/b', 'http://a@b', 'http://a:70000', 'http://'])(
      'is the origin %s',
      async (origin) => {
        const client = keep(http.openClient({ origin }))
        await expect(client.exchange(get)).rejects.toMatchObject({ code: 'EINVAL', object: origin })
      },
    )
  })

  describe('a client that is disposed', () => {
    test('tells whoever waits, and closes all connections', async () => {
      const closed: Promise<unknown>[] = []
      const [client] = await servingRaw((peer) => {
        closed.push(once(peer, 'close'))
        const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes'
        // The one answer comes before the other client does.
        if (closed.length === 1) peer.once('data', () => peer.write(answer))
        peer.once('data', () => closed.length === 2 && client[Symbol.dispose]())
      })
      const first = client.exchange(get)
      await first
      const outcomes = await Promise.allSettled([client.exchange(get), client.exchange(get)])
      const canceled = { status: 'rejected', reason: { code: 'ECANCELED', operation: 'GET' } }
      expect(outcomes).toMatchObject([canceled, canceled])
      await Promise.all(closed)
    })

    test('sends nothing', async () => {
      const [client, server] = await serving((_, response) => response.end())
      client[Symbol.dispose]()
      client[Symbol.dispose]()
      await expect(client.exchange(get)).rejects.toMatchObject({ code: 'ECANCELED' })
      await expect(client.open(get)).rejects.toMatchObject({ code: 'ECANCELED' })
      expect(server.connections()).toBe(0)
    })
  })
}
