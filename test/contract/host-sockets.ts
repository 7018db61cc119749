/** What every host's unix sockets promise (`Sockets` of src/host/host.ts); Node.js's own are the witness. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect as connectWitness, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Listener, Sockets } from '#host/sockets.ts'

export interface SocketsUnderTest {
  readonly sockets: Omit<Sockets, 'adopt'>
  /** The path of an empty folder. */
  readonly folder: string
}

const patient = { timeoutMs: 30_000 }
const impatient = { timeoutMs: 20 }
const mode = 0o660
const mebibyte = 1024 * 1024

/** Everything that is said from now on, to the end. */
async function readAll(connection: Connection): Promise<string> {
  let said = ''
  for (;;) {
    const piece = await connection.read()
    if (piece === undefined) return said
    said += piece
  }
}

export function socketsContract(open: () => SocketsUnderTest): void {
  const opened: (Disposable | ChildProcess | Socket)[] = []
  let sockets: SocketsUnderTest['sockets']
  let path: string

  beforeEach(() => {
    const { sockets: given, folder } = open()
    sockets = given
    path = `${folder}/socket`
  })

  afterEach(() => {
    for (const resource of opened.splice(0).reverse()) {
      if (Symbol.dispose in resource) resource[Symbol.dispose]()
      if ('kill' in resource) resource.kill('SIGKILL')
      if ('destroy' in resource) resource.destroy()
    }
  })

  function keep<T extends Disposable | ChildProcess | Socket>(resource: T): T {
    opened.push(resource)
    return resource
  }

  async function listen(request: { timeoutMs: number } = patient): Promise<Listener> {
    return keep(await sockets.listen(path, { mode, ...request }))
  }

  async function connect(request: { timeoutMs: number } = patient): Promise<Connection> {
    return keep(await sockets.connect(path, request))
  }

  async function accept(listener: Listener): Promise<Connection> {
    const connection = await listener.accept()
    if (connection === undefined) throw new Error('the listener is disposed')
    return keep(connection)
  }

  /** A client by other means. */
  function foreignClient(): Socket {
    const client = keep(connectWitness({ path, allowHalfOpen: true }))
    client.on('error', () => {})
    return client
  }

  /** The server's end of a connection, by other means, and the host's end. */
  async function foreignServer(request = patient): Promise<[Socket, Connection]> {
    const server = createServer({ allowHalfOpen: true }).listen(path)
    await once(server, 'listening')
    const accepted: Promise<Socket[]> = once(server, 'connection')
    const connection = await connect(request)
    const [socket] = await accepted
    if (socket === undefined) throw new Error('nobody connected')
    socket.on('error', () => {})
    server.close()
    return [keep(socket), connection]
  }

  describe('a conversation', () => {
    test('goes both ways, until both have said all', async () => {
      const listener = await listen()
      const client = await connect()
      await client.write('{"ask":')
      await client.write('"grüße 🌍"}')
      await client.end()
      const server = await accept(listener)
      expect(await readAll(server)).toBe('{"ask":"grüße 🌍"}')
      await server.write('{}')
      server[Symbol.dispose]()
      expect(await readAll(client)).toBe('{}')
    })

    test('has long speeches', async () => {
      const [peer, connection] = await foreignServer()
      const speech = 'ö'.repeat(mebibyte)
      peer.end(speech)
      const heard = text(peer)
      const [said] = await Promise.all([readAll(connection), connection.write(speech)])
      await connection.end()
      expect(said).toBe(speech)
      expect(await heard).toBe(speech)
    })

    test('is understood when a letter comes in two pieces', async () => {
      const [peer, connection] = await foreignServer()
      const [first, ...rest] = Buffer.from('🌍')
      peer.write(Buffer.from([...Buffer.from('a'), first ?? 0]))
      expect(await connection.read()).toBe('a')
      peer.end(Buffer.from(rest))
      expect(await readAll(connection)).toBe('🌍')
    })

    test('may have garbled words', async () => {
      const [peer, connection] = await foreignServer()
      peer.end(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82]))
      expect(await readAll(connection)).toBe('a\ufffdb\ufffd')
    })
  })

  describe('a listener', () => {
    test('serves many at once', async () => {
      const listener = await listen()
      const clients = Array.from({ length: 20 }, (_, number) => foreignClient().end(`${number}`))
      const answers = Promise.all(clients.map((client) => text(client)))
      for (const _ of clients) {
        const server = await accept(listener)
        await server.write(`you are ${await readAll(server)}`)
        server[Symbol.dispose]()
      }
      expect(await answers).toEqual(clients.map((_, number) => `you are ${number}`))
    })

    test('has a file with exactly its permissions, and takes it away', async () => {
      for (const bits of [0o600, 0o666]) {
        const listener = await sockets.listen(path, { mode: bits, ...patient })
        expect(statSync(path).isSocket()).toBe(true)
        expect(statSync(path).mode & 0o777).toBe(bits)
        listener[Symbol.dispose]()
        listener[Symbol.dispose]()
        expect(existsSync(path)).toBe(false)
      }
    })

    test('gives nobody any more once it is disposed', async () => {
      const listener = await listen()
      const waiting = listener.accept()
      listener[Symbol.dispose]()
      expect(await waiting).toBeUndefined()
      expect(await listener.accept()).toBeUndefined()
    })

    test('does not take a name that is taken', async () => {
      writeFileSync(path, 'something else')
      await expect(listen()).rejects.toMatchObject({
        name: 'SystemError',
        code: 'EADDRINUSE',
        operation: 'listen to',
        object: path,
      })
      expect(readFileSync(path, 'utf8')).toBe('something else')
    })

    test('needs a folder', async () => {
      path = `${path}/in/no/folder`
      await expect(listen()).rejects.toMatchObject({ code: 'ENOENT', object: path })
    })
  })

  describe('a client', () => {
    async function expectRefusal(code: string, request?: { timeoutMs: number }): Promise<void> {
      await expect(connect(request)).rejects.toMatchObject({
        name: 'SystemError',
        code,
        operation: 'connect to',
        object: path,
      })
    }

    test('is refused where there is no socket', () => expectRefusal('ENOENT'))

    test('is refused where nobody listens', async () => {
      const script = 'require("net").createServer().listen(process.argv[1], () => console.log())'
      const dead = keep(spawn(process.execPath, ['-e', script, path]))
      await once(dead.stdout, 'data')
      dead.kill('SIGKILL')
      await once(dead, 'close')
      await expectRefusal('ECONNREFUSED')
    })

    test('gives up when there is no room for it', async () => {
      const script = `require('net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
        console.log()
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })`
      const busy = keep(spawn(process.execPath, ['-e', script, path]))
      await once(busy.stdout, 'data')
      const outcomes: unknown[] = []
      // How many find room differs; the last does not.
      while (outcomes.length < 5 && outcomes.at(-1) === undefined) {
        outcomes.push(
          await connect(impatient).then(
            () => undefined,
            (error: unknown) => error,
          ),
        )
      }
      expect(outcomes.at(-1)).toMatchObject({ code: 'ETIMEDOUT', object: path })
    })
  })

  describe('an end of a conversation', () => {
    const refused = (code: string, operation: string) => ({
      name: 'SystemError',
      code,
      operation,
      object: path,
    })

    test('does not wait for a silent peer for ever', async () => {
      const [, connection] = await foreignServer(impatient)
      await expect(connection.read()).rejects.toMatchObject(refused('ETIMEDOUT', 'read from'))
    })

    test('does not wait for a deaf peer for ever', async () => {
      const [peer, connection] = await foreignServer(impatient)
      peer.pause()
      const speech = 'x'.repeat(8 * mebibyte)
      await expect(connection.write(speech)).rejects.toMatchObject(refused('ETIMEDOUT', 'write to'))
    })

    test('is told that the peer has gone', async () => {
      const [peer, connection] = await foreignServer()
      peer.destroy()
      await once(peer, 'close')
      await expect(connection.write('hello')).rejects.toMatchObject(refused('EPIPE', 'write to'))
    })

    test('is told that it was disposed while it waited', async () => {
      const [, connection] = await foreignServer()
      const reading = connection.read()
      connection[Symbol.dispose]()
      await expect(reading).rejects.toMatchObject(refused('ECANCELED', 'read from'))
    })
  })

  describe('a path', () => {
    test('that is too long for a socket is refused', async () => {
      path = `${path}${'x'.repeat(108)}`
      const tooLong = { code: 'ENAMETOOLONG', object: path }
      await expect(listen()).rejects.toMatchObject(tooLong)
      await expect(connect()).rejects.toMatchObject(tooLong)
    })

    test('with a zero byte is refused', async () => {
      path = `${path}\0more`
      await expect(listen()).rejects.toMatchObject({ code: 'EINVAL', object: path })
      await expect(connect()).rejects.toMatchObject({ code: 'EINVAL', object: path })
    })
  })
}
