/** What every host's HTTP server promises (`Http.serve` of src/host/http.ts), as a program plays it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { linesOf } from '#test/lab/lines.ts'
import { startRawServer } from '#test/lab/web-server.ts'
import type { ScenesUnderTest } from './host-timers.ts'

export function httpServerContract(open: () => ScenesUnderTest): void {
  const started: ChildProcess[] = []

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })

  function start(scene: string, ...parameters: readonly string[]) {
    const [program = '', ...others] = [...open().scenes, scene, ...parameters]
    const child = spawn(program, others)
    started.push(child)
    const closed: Promise<(number | string | null)[]> = once(child, 'close')
    return { child, closed, ...linesOf(child) }
  }

  async function startServer(address = '127.0.0.1') {
    const server = start('a server', address, '0')
    const line = await server.waitFor(/^serving at \d+$/)
    return { ...server, port: Number(line.split(' ').at(-1)) }
  }

  async function ask(port: number, { method = 'GET', path = '/', agent = new Agent() }) {
    const asked = request({ host: '127.0.0.1', port, method, path, agent }).end()
    const [response] = await once(asked, 'response')
    const { statusCode: status, headers } = response
    return { status, type: headers['content-type'], body: await text(response) }
  }

  test('answers, with the path alone, on a port that is free', async () => {
    const { port } = await startServer()
    expect(await ask(port, { path: '/metrics?a=b' })).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4',
      body: 'GET /metrics grüße\n',
    })
    expect(await ask(port, { method: 'POST', path: '/a' })).toMatchObject({ body: /^POST \/a / })
    expect(await ask(port, { path: '/absent' })).toMatchObject({ status: 404 })
  })

  test('answers many who ask at a time, and again on the same connection', async () => {
    const { port } = await startServer()
    const agent = new Agent({ keepAlive: true, maxSockets: 5 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(port, { path: `/${index}`, agent })),
    )
    agent.destroy()
    expect(answers.map(({ body }) => body)).toEqual(
      Array.from({ length: 50 }, (_, index) => `GET /${index} grüße\n`),
    )
  })

  test('says that it could not answer, and goes on', async () => {
    const { port } = await startServer()
    expect(await ask(port, { path: '/broken' })).toMatchObject({ status: 500 })
    expect(await ask(port, {})).toMatchObject({ status: 200 })
  })

  test('serves IPv6, and all addresses', async () => {
    const { port } = await startServer('::')
    expect(await ask(port, {})).toMatchObject({ status: 200 })
  })

  test('ends with its disposal', async () => {
    const { port, child, closed, waitFor } = await startServer()
    const agent = new Agent({ keepAlive: true })
    await ask(port, { agent })
    child.kill('SIGTERM')
    await waitFor(/^disposed$/)
    await expect(ask(port, { agent })).rejects.toMatchObject({ code: /ECONNREFUSED|ECONNRESET/ })
    agent.destroy()
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  })

  test('tells that somebody else is there', async () => {
    const { port, ...other } = await startRawServer(() => {})
    const { waitFor, closed } = start('a server', '127.0.0.1', `${port}`)
    await waitFor(new RegExp(`^listen to 127\\.0\\.0\\.1:${port}: EADDRINUSE$`))
    await closed
    other[Symbol.dispose]()
  })
}
