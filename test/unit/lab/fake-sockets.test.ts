import { describe, expect, test } from 'vitest'
import { FakeHost } from '#test/lab/fake-host.ts'

const path = '/run/a.sock'
const request = { timeoutMs: 1000 }
const listening = { mode: 0o600, ...request }

/** A host with a folder for sockets. */
function newHost(): FakeHost {
  const host = new FakeHost()
  host.files.put('/run/keep')
  return host
}

describe('a listener', () => {
  test('talks to a client that was there before it was accepted', async () => {
    const { sockets } = newHost()
    using listener = await sockets.listen(path, listening)
    const client = await sockets.connect(path, request)
    await client.write('ask')
    await client.end()
    const server = await listener.accept()
    expect([await server?.read(), await server?.read()]).toEqual(['ask', undefined])
    await server?.write('answer')
    server?.[Symbol.dispose]()
    expect([await client.read(), await client.read()]).toEqual(['answer', undefined])
    await expect(client.write('more')).rejects.toMatchObject({ code: 'EPIPE' })
  })

  test('knows who has connected', async () => {
    const { sockets } = newHost()
    using listener = await sockets.listen(path, listening)
    sockets.client = { userId: 1000, processId: 7 }
    const client = await sockets.connect(path, request)
    expect((await listener.accept())?.peer()).toEqual({ userId: 1000, processId: 7 })
    expect(client.peer()).toEqual({ userId: 0, processId: 1234 })
  })

  test('has a file, until it is disposed', async () => {
    const { sockets, files } = newHost()
    const listener = await sockets.listen(path, listening)
    expect(await files.findStatus(path)).toMatchObject({ kind: 'other', mode: 0o600 })
    await expect(sockets.listen(path, listening)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const waiting = listener.accept()
    listener[Symbol.dispose]()
    listener[Symbol.dispose]()
    expect(await waiting).toBeUndefined()
    await expect(sockets.connect(path, request)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('needs a folder', async () => {
    const { sockets } = newHost()
    const refused = sockets.listen('/nowhere/a.sock', listening)
    await expect(refused).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('that was handed over has the clients that came before, and leaves its file', async () => {
    const { sockets, files } = newHost()
    sockets.give(3, path)
    const client = await sockets.connect(path, request)
    const listener = await sockets.adopt(3, request)
    await (await listener.accept())?.write('hello')
    expect(await client.read()).toBe('hello')
    listener[Symbol.dispose]()
    expect(await files.findStatus(path)).toBeDefined()
    await expect(sockets.connect(path, request)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(sockets.adopt(3, request)).rejects.toMatchObject({ code: 'EBADF' })
  })
})

describe('an end', () => {
  test('waits for a silent peer as long as the clock says', async () => {
    const { sockets, clock } = newHost()
    using _listener = await sockets.listen(path, listening)
    const client = await sockets.connect(path, request)
    const reading = expect(client.read()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await clock.advance(request.timeoutMs)
    await reading
  })

  test('is told that it was disposed while it waited', async () => {
    const { sockets } = newHost()
    using _listener = await sockets.listen(path, listening)
    const client = await sockets.connect(path, request)
    const reading = expect(client.read()).rejects.toMatchObject({ code: 'ECANCELED' })
    client[Symbol.dispose]()
    await reading
    expect(() => client.peer()).toThrow('ECANCELED')
  })
})

test('a socket that a crash left has nobody who listens', async () => {
  const { sockets, files } = newHost()
  files.putSocket(path, 0o600)
  await expect(sockets.connect(path, request)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await files.remove(path)
  using _listener = await sockets.listen(path, listening)
})
