/** What every host's streams of HTTP promise (`HttpClient.open` of src/host/http.ts). */

import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HttpClient, HttpRequest, HttpStream } from '#host/http.ts'
import { startWebServer, type WebServer } from '#test/lab/web-server.ts'
import type { HttpUnderTest } from './host-http.ts'

const watch: HttpRequest = { method: 'GET', path: '/watch', timeoutMs: 30_000, maxBytes: 65_536 }

/** Everything that comes from now on, to the end. */
async function readAll(stream: HttpStream): Promise<string> {
  let said = ''
  for (;;) {
    const piece = await stream.read()
    if (piece === undefined) return said
    said += piece
  }
}

export function httpStreamsContract(open: () => HttpUnderTest): void {
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

  async function serving(answer: RequestListener): Promise<[HttpClient, WebServer]> {
    const server = keep(await startWebServer(answer))
    return [keep(http.openClient({ origin: `http://127.0.0.1:${server.port}` })), server]
  }

  /** A stream, and the server's end of it. */
  async function streaming(request = watch): Promise<[HttpStream, ServerResponse]> {
    const answers: ServerResponse[] = []
    const [client] = await serving((_, response) => {
      answers.push(response)
      response.writeHead(200, { 'X-Kind': 'watch' }).flushHeaders()
    })
    const stream = keep(await client.open(request))
    const [response] = answers
    if (response === undefined) throw new Error('nobody asked')
    return [stream, response]
  }

  test('begins with the head, and gives what comes as it comes', async () => {
    const [stream, response] = await streaming()
    expect(stream.status).toBe(200)
    expect(stream.headers.get('x-kind')).toBe('watch')
    response.write('{"type":"ADDED"}\n')
    expect(await stream.read()).toBe('{"type":"ADDED"}\n')
    const next = stream.read()
    response.write('grüße\n')
    expect(await next).toBe('grüße\n')
    response.end()
    expect(await stream.read()).toBeUndefined()
    expect(await stream.read()).toBeUndefined()
  })

  test('tears no letter', async () => {
    const [stream, response] = await streaming()
    const reading = readAll(stream)
    for (const byte of Buffer.from('a🌍')) {
      await new Promise((resolve) => response.write(Uint8Array.of(byte), resolve))
    }
    response.end()
    expect(await reading).toBe('a🌍')
  })

  test('has no end of its own', async () => {
    const [stream, response] = await streaming()
    const text = `${'x'.repeat(1023)}\n`.repeat(4096)
    for (let start = 0; start < text.length; start += 8192) {
      response.write(text.slice(start, start + 8192))
    }
    response.end()
    expect(await readAll(stream)).toBe(text)
  })

  test('is on a connection of its own', async () => {
    const [client, server] = await serving((request, response) => {
      if (request.url === '/watch') response.flushHeaders()
      else response.end('yes')
    })
    const request = { ...watch, path: '/' }
    await client.exchange(request)
    keep(await client.open(watch))
    await client.exchange(request)
    expect(server.connections()).toBe(2)
  })

  test('gives up a server that says nothing for too long', async () => {
    const [stream, response] = await streaming({ ...watch, timeoutMs: 300 })
    response.write('one')
    expect(await stream.read()).toBe('one')
    await expect(stream.read()).rejects.toMatchObject({ code: 'ETIMEDOUT', operation: 'GET' })
  })

  test('waits for the head only so long', async () => {
    const [client] = await serving(() => {})
    const opening = client.open({ ...watch, timeoutMs: 50 })
    await expect(opening).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('tells that the connection has broken', async () => {
    const [stream, response] = await streaming()
    response.write('one')
    expect(await stream.read()).toBe('one')
    response.destroy()
    await expect(stream.read()).rejects.toMatchObject({ code: 'ECONNRESET', operation: 'GET' })
  })

  test('ends with its disposal, for both', async () => {
    const [stream, response] = await streaming()
    const reading = stream.read()
    stream[Symbol.dispose]()
    await expect(reading).rejects.toMatchObject({ code: 'ECANCELED' })
    await expect(stream.read()).rejects.toMatchObject({ code: 'ECANCELED' })
    if (!response.destroyed) await once(response, 'close')
  })

  test('ends with the disposal of its client', async () => {
    const answers: ServerResponse[] = []
    const [client] = await serving((_, response) => {
      answers.push(response)
      response.flushHeaders()
    })
    const stream = keep(await client.open(watch))
    const reading = stream.read()
    client[Symbol.dispose]()
    await expect(reading).rejects.toMatchObject({ code: 'ECANCELED' })
    for (const response of answers) if (!response.destroyed) await once(response, 'close')
  })
}
