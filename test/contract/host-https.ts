/** What every host's TLS promises (`TlsOptions` of src/host/http.ts). */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { ServerOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpClient, HttpRequest, TlsOptions } from '#host/http.ts'
import {
  Authority,
  type Identity,
  type IdentityRequest,
  readIdentity,
} from '#test/lab/certificates.ts'
import { startRawServer, startWebServer, type WebServer } from '#test/lab/web-server.ts'
import type { HttpUnderTest } from './host-http.ts'

const get: HttpRequest = { method: 'GET', path: '/', timeoutMs: 30_000, maxBytes: 1e7 }
const everyName = 'DNS:localhost,IP:127.0.0.1'

function certificateOf({ certificate }: Authority): string {
  return readFileSync(certificate, 'utf8')
}

/** Somebody who is called so. */
function issue(authority: Authority, name: string, request: IdentityRequest = {}): Identity {
  return readIdentity(authority.issue(name, { subject: `/CN=${name}`, ...request }))
}

export function httpsContract(open: () => HttpUnderTest): void {
  const opened: Disposable[] = []
  let folder: string
  let authority: Authority
  let identity: Identity
  let http: HttpUnderTest

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'netwright-certificates-'))
    authority = new Authority(join(folder, 'authority'))
    identity = issue(authority, 'server', { names: everyName })
  })

  afterAll(() => rmSync(folder, { recursive: true }))

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

  /** Answers with the names that the two have called each other. */
  async function serve(own: Identity = identity, options: ServerOptions = {}): Promise<WebServer> {
    const tls = { cert: own.certificate, key: own.key, ...options }
    const server = await startWebServer(({ socket }, response) => {
      const { servername, getPeerCertificate } = socket as TLSSocket
      const client = getPeerCertificate.call(socket)?.subject?.CN
      response.end(JSON.stringify({ servername, client }))
    }, tls)
    return keep(server)
  }

  function trusting({ port }: { port: number }, tls: TlsOptions = {}, host = '127.0.0.1') {
    const authorities = certificateOf(authority)
    const origin = `https://${host}:${port}`
    return keep(http.openClient({ origin, tls: { authorities, ...tls } }))
  }

  async function expectFailure(client: HttpClient, reason: RegExp): Promise<void> {
    await expect(client.exchange(get)).rejects.toMatchObject({
      name: 'SystemError',
      code: 'EPROTO',
      operation: 'GET',
      detail: expect.stringMatching(reason),
    })
  }

  describe('a server', () => {
    test('is trusted when an authority is that has signed for its address', async () => {
      const { body } = await trusting(await serve()).exchange(get)
      expect(JSON.parse(body)).toEqual({ servername: false })
    })

    test('is trusted for its name, and told it', async () => {
      const { body } = await trusting(await serve(), {}, 'localhost').exchange(get)
      expect(JSON.parse(body)).toEqual({ servername: 'localhost' })
    })

    test('is trusted when any of several authorities has signed for it', async () => {
      const other = new Authority(join(folder, 'another'))
      const authorities = `# the others\n${certificateOf(other)}${certificateOf(authority)}`
      expect((await trusting(await serve(), { authorities }).exchange(get)).status).toBe(200)
    })

    test('is not trusted when nobody is known who has signed for it', async () => {
      const stranger = new Authority(join(folder, 'stranger'))
      const authorities = certificateOf(stranger)
      await expectFailure(trusting(await serve(), { authorities }), /certificate/)
    })

    test('is not trusted when the machine knows nobody who has signed for it', async () => {
      const { port } = await serve()
      const client = keep(http.openClient({ origin: `https://127.0.0.1:${port}` }))
      await expectFailure(client, /certificate/)
    })

    test('is not trusted under another name or address', async () => {
      const elsewhere = issue(authority, 'elsewhere', { names: 'DNS:elsewhere,IP:127.0.0.2' })
      const server = await serve(elsewhere)
      await expectFailure(trusting(server), /127\.0\.0\.1|mismatch/)
      await expectFailure(trusting(server, {}, 'localhost'), /localhost|mismatch/)
      for (const serverName of ['elsewhere', '127.0.0.2']) {
        expect((await trusting(server, { serverName }).exchange(get)).status).toBe(200)
      }
    })

    test('is not trusted when its time is over', async () => {
      const past = issue(authority, 'past', { names: everyName, days: -1 })
      await expectFailure(trusting(await serve(past)), /expired/)
    })

    test('is whoever answers if so wished', async () => {
      const own = issue(new Authority(join(folder, 'self')), 'anybody')
      const tls = { isUnverified: true }
      const { port } = await serve(own)
      const client = keep(http.openClient({ origin: `https://127.0.0.1:${port}`, tls }))
      expect((await client.exchange(get)).status).toBe(200)
    })

    test('has to speak TLS, and not an old one', async () => {
      const old = await serve(identity, {
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
      })
      await expectFailure(trusting(old), /version|protocol/)
      const plain = keep(await startWebServer((_, response) => response.end()))
      await expectFailure(trusting(plain), /version|packet|http/i)
    })

    test('may speak TLS 1.2', async () => {
      const server = await serve(identity, { maxVersion: 'TLSv1.2' })
      expect((await trusting(server).exchange(get)).status).toBe(200)
    })

    test('may be gone', async () => {
      const server = await startRawServer(() => {})
      server[Symbol.dispose]()
      await expect(trusting(server).exchange(get)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    })

    test('may hang up', async () => {
      const server = keep(await startRawServer((peer) => peer.once('data', () => peer.end())))
      await expect(trusting(server).exchange(get)).rejects.toMatchObject({ code: 'ECONNRESET' })
    })

    test('may say nothing', async () => {
      const server = keep(await startRawServer(() => {}))
      const impatient = { ...get, timeoutMs: 50 }
      const exchange = trusting(server).exchange(impatient)
      await expect(exchange).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    })
  })

  describe('a client', () => {
    const demanding = (): ServerOptions => ({
      ca: certificateOf(authority),
      requestCert: true,
      rejectUnauthorized: true,
    })

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('tells who it is in %s', async (version) => {
      const options = { ...demanding(), minVersion: version, maxVersion: version }
      const server = await serve(identity, options)
      const client = trusting(server, { identity: issue(authority, 'somebody') })
      expect(JSON.parse((await client.exchange(get)).body)).toMatchObject({ client: 'somebody' })
    })

    test('is refused when it does not tell, and knows why', async () => {
      const server = await serve(identity, { ...demanding(), maxVersion: 'TLSv1.2' })
      await expectFailure(trusting(server), /handshake failure/)
    })

    test('is told when it has no certificate or no key', async () => {
      const server = await serve()
      const { certificate, key } = issue(authority, 'nobody')
      const half = [
        { certificate, key: 'none' },
        { certificate: 'none', key },
        { certificate, key: identity.key },
      ]
      for (const broken of half) await expectFailure(trusting(server, { identity: broken }), /./)
      expect(server.connections()).toBe(0)
    })

    test('keeps its connection', async () => {
      const server = await serve()
      const client = trusting(server)
      for (let round = 0; round < 3; round++) await client.exchange(get)
      expect(server.connections()).toBe(1)
    })

    test('has long conversations', async () => {
      const text = 'grüße 🌍 '.repeat(200_000)
      const tls = { cert: identity.certificate, key: identity.key }
      const server = keep(await startWebServer((_, response) => response.end(text), tls))
      const client = trusting(server)
      const { body } = await client.exchange({ ...get, method: 'POST', body: text })
      expect(body === text && server.requests[0]?.body === text).toBe(true)
    })

    test('listens to streams', async () => {
      const tls = { cert: identity.certificate, key: identity.key }
      const server = keep(await startWebServer((_, response) => void response.write('one'), tls))
      using stream = await trusting(server).open(get)
      expect(await stream.read()).toBe('one')
      const reading = stream.read()
      stream[Symbol.dispose]()
      await expect(reading).rejects.toMatchObject({ code: 'ECANCELED' })
    })
  })
}
