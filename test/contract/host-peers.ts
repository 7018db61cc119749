/** What every host tells of who is at the other end of a socket (`Connection.peer` of src/host/host.ts). */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Connection, Listener } from '#host/sockets.ts'
import type { SocketsUnderTest } from './host-sockets.ts'

const patient = { timeoutMs: 30_000 }
const self = { userId: process.getuid?.(), processId: process.pid }

export function peersContract(open: () => SocketsUnderTest): void {
  const opened: (Disposable | ChildProcess | Socket)[] = []
  let sockets: SocketsUnderTest['sockets']
  let path: string

  beforeEach(() => {
    sockets = open().sockets
    path = `${open().folder}/socket`
  })

  afterEach(() => {
    for (const resource of opened.splice(0).reverse()) {
      if ('kill' in resource) resource.kill('SIGKILL')
      else if ('destroy' in resource) resource.destroy()
      else resource[Symbol.dispose]()
    }
  })

  function keep<T extends Disposable | ChildProcess | Socket>(resource: T): T {
    opened.push(resource)
    return resource
  }

  async function listen(): Promise<Listener> {
    return keep(await sockets.listen(path, { mode: 0o600, ...patient }))
  }

  async function accept(listener: Listener): Promise<Connection> {
    const connection = await listener.accept()
    if (connection === undefined) throw new Error('the listener is disposed')
    return keep(connection)
  }

  async function connectToWitness(): Promise<Connection> {
    const server = createServer((socket) => keep(socket)).listen(path)
    await once(server, 'listening')
    const connection = keep(await sockets.connect(path, patient))
    server.close()
    return connection
  }

  test('it is whoever connected', async () => {
    const listener = await listen()
    keep(connect(path))
    expect((await accept(listener)).peer()).toEqual(self)
  })

  test('it is whoever listens', async () => {
    expect((await connectToWitness()).peer()).toEqual(self)
  })

  test('it is another process with its own number', async () => {
    const listener = await listen()
    const script = 'require("net").connect(process.argv[1])'
    const child = keep(spawn(process.execPath, ['-e', script, path]))
    expect((await accept(listener)).peer()).toEqual({ ...self, processId: child.pid })
  })

  test('it is told when it has gone at once', async () => {
    const listener = await listen()
    const client = keep(connect(path))
    await once(client, 'connect')
    await once(client.destroy(), 'close')
    const server = await accept(listener)
    expect(server.peer()).toEqual(self)
    expect(await server.read()).toBeUndefined()
    await expect(server.write('hello')).rejects.toMatchObject({ code: 'EPIPE' })
  })

  test('it is not told once the end is disposed', async () => {
    const connection = await connectToWitness()
    connection[Symbol.dispose]()
    expect(() => connection.peer()).toThrow(
      expect.objectContaining({
        name: 'SystemError',
        code: 'ECANCELED',
        operation: 'ask for the peer of',
        object: path,
      }),
    )
  })
}
