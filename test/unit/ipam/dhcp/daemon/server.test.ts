import { expect, test, vi } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import type { Connection } from '#host/sockets.ts'
import { serve } from '#ipam/dhcp/daemon/server.ts'
import { readLine } from '#ipam/dhcp/line-reader.ts'
import { type DaemonRequest, encodeRequest } from '#ipam/dhcp/protocol.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const path = '/run/cni/dhcp.sock'

type Perform = (request: DaemonRequest) => Promise<unknown>

/** A server in memory, and what becomes of it. */
async function startServer(perform: Perform) {
  const host = new FakeHost()
  await host.files.ensureDirectory('/run/cni', 0o700)
  const listener = await host.sockets.listen(path, { mode: 0o600, timeoutMs: 10_000 })
  const [logged, cancelled]: [string[], DaemonRequest[]] = [[], []]
  const ended = serve(listener, {
    clock: host.clock,
    log: (about, text) => void logged.push(`${about}: ${text}`),
    perform,
    cancel: async (request) => void cancelled.push(request),
  })
  const connect = () => host.sockets.connect(path, { timeoutMs: 10_000 })
  return { host, listener, logged, cancelled, ended, connect }
}

async function ask(client: Connection, text: string): Promise<unknown> {
  await client.write(text)
  return JSON.parse((await readLine(client)) ?? 'null')
}

const status = encodeRequest({ verb: 'status' })

test('answers what it is asked, several clients at once', async () => {
  const { connect } = await startServer(async ({ verb }) => ({ verb }))
  using first = await connect()
  using second = await connect()
  expect(await ask(second, encodeRequest({ verb: 'list' }))).toEqual({ result: { verb: 'list' } })
  expect(await ask(first, status)).toEqual({ result: { verb: 'status' } })
})

test('tells a failure with its code', async () => {
  const { connect } = await startServer(async () => {
    throw new CniError(11, 'no', 'later')
  })
  using client = await connect()
  expect(await ask(client, status)).toEqual({ error: { code: 11, msg: 'no', details: 'later' } })
})

test.for([
  ['{\n', 6],
  ['7\n', 7],
  ['{"verb":"drop"}\n', 7],
  ['{"verb":"release","key":{"containerId":"../x","network":"n","ifName":"e"}}\n', 7],
  ['{"verb":"collect","network":"n","valid":[{"containerId":"c"}]}\n', 7],
] as const)('refuses %j', async ([text, code]) => {
  const perform = vi.fn<Perform>()
  const { connect } = await startServer(perform)
  using client = await connect()
  expect(await ask(client, text)).toMatchObject({ error: { code } })
  expect(perform).not.toHaveBeenCalled()
})

test('refuses everybody but root', async () => {
  const perform = vi.fn<Perform>()
  const { host, connect, logged } = await startServer(perform)
  host.sockets.client = { userId: 1000, processId: 77 }
  using client = await connect()
  expect(await ask(client, status)).toMatchObject({ error: { msg: /user 1000 may not/ } })
  expect(perform).not.toHaveBeenCalled()
  expect(logged).toEqual(['process 77: refused: it belongs to user 1000'])
})

test('shows that it lives while it works', async () => {
  const { promise, resolve } = withResolvers<unknown>()
  const { host, connect } = await startServer(() => promise)
  using client = await connect()
  await client.write(status)
  const first = client.read()
  await vi.waitFor(() => expect(host.clock.pendingMs()).toContain(2000))
  await host.clock.advance(2000)
  expect(await first).toBe('\n')
  resolve('done')
  expect(await readLine(client)).toBe('{"result":"done"}')
})

test('cancels what nobody waits for any more', async () => {
  const { promise } = withResolvers<unknown>()
  const { host, connect, cancelled } = await startServer(() => promise)
  {
    using client = await connect()
    await client.write(status)
    await vi.waitFor(() => expect(host.clock.pendingMs()).toContain(2000))
  }
  await host.clock.advance(4000)
  await vi.waitFor(() => expect(cancelled).toEqual([{ verb: 'status' }]))
})

test('is not harmed by clients that go, or say nothing useful', async () => {
  const { connect } = await startServer(async () => 'fine')
  for (const text of ['', '{"verb"', 'x'.repeat(2 ** 20 + 1)]) {
    using client = await connect()
    if (text !== '') await client.write(text)
  }
  using client = await connect()
  expect(await ask(client, status)).toEqual({ result: 'fine' })
})

test('ends with its listener', async () => {
  const { listener, ended } = await startServer(async () => undefined)
  listener[Symbol.dispose]()
  await ended
})

function withResolvers<T>() {
  let resolve = (_: T): void => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
