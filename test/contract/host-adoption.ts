/** What every host promises of sockets that a process is given, and of many clients (src/host/host.ts). */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run, succeed } from '#test/lab/command.ts'
import { linesOf } from '#test/lab/lines.ts'
import type { ScenesUnderTest } from './host-timers.ts'

const handOver = fileURLToPath(new URL('../fixtures/host/hand-over.py', import.meta.url))

/** Kinds of descriptors of the program that hands them over, and why they are not adopted. */
const refusals = [
  { kind: 'file', code: 'ENOTSOCK' },
  { kind: 'internet', code: 'EINVAL' },
  { kind: 'datagram', code: 'EINVAL' },
  { kind: 'connected', code: 'EINVAL' },
  { kind: 'silent', code: 'EINVAL' },
] as const

export function adoptionContract(open: () => ScenesUnderTest): void {
  const opened: (ChildProcess | Socket)[] = []
  let scenes: readonly string[]
  let path: string

  beforeEach(() => {
    scenes = open().scenes
    path = `${open().folder}/socket`
  })

  afterEach(() => {
    for (const resource of opened.splice(0).reverse()) {
      if ('kill' in resource) resource.kill('SIGKILL')
      else resource.destroy()
    }
  })

  function given(kind: string, scene: string): readonly string[] {
    return ['/usr/bin/python3', handOver, kind, path, ...scenes, scene]
  }

  function start([program = '', ...parameters]: readonly string[]) {
    const child = spawn(program, parameters)
    opened.push(child)
    const closed: Promise<(number | string | null)[]> = once(child, 'close')
    return { child, closed, ...linesOf(child) }
  }

  function client(): Socket {
    const socket = connect(path)
    opened.push(socket)
    socket.on('error', () => {})
    return socket
  }

  test('a socket that was handed over is served', async () => {
    const { closed, waitFor } = start(given('listener', 'an adopted socket'))
    await waitFor(/^adopted$/)
    const socket = client()
    socket.write('hello')
    expect(await text(socket)).toBe(`user ${process.getuid?.()} says hello`)
    expect(await closed).toEqual([0, null])
    expect(existsSync(path)).toBe(true)
  })

  test('a socket that was handed over is closed when it is disposed', async () => {
    const { child, closed, waitFor } = start(
      given('listener', 'an adopted socket that is disposed'),
    )
    await waitFor(/^disposed$/)
    const [refusal]: Error[] = await once(client(), 'error')
    expect(refusal).toMatchObject({ code: 'ECONNREFUSED' })
    expect(existsSync(path)).toBe(true)
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  })

  test.each(refusals)('what is no listener is not adopted: $kind', async ({ kind, code }) => {
    const said = succeed(await run(given(kind, 'an adopted socket')))
    expect(said.stdout).toBe(`listen to descriptor 3: ${code}\n`)
  })

  test.each([-1, 999])('what is not open is not adopted: %i', async (descriptor) => {
    const said = succeed(await run([...scenes, 'an adopted socket', `${descriptor}`]))
    expect(said.stdout).toBe(`listen to descriptor ${descriptor}: EBADF\n`)
  })

  /** Node.js raises the soft limit to the hard one. */
  const limit = 40

  async function isGreeted(): Promise<boolean> {
    const socket = client()
    const [event] = await Promise.race([
      once(socket, 'data').then(() => ['data']),
      once(socket, 'close').then(() => ['close']),
    ])
    return event === 'data'
  }

  /** Has every client greeted, by a process that runs under another program. */
  async function receive(under: readonly string[]): Promise<ChildProcess> {
    const { child, waitFor } = start([...under, ...scenes, 'many clients', path])
    await waitFor(/^ready$/)
    return child
  }

  test.each(['EMFILE', 'ENFILE', 'ENOMEM', 'ECONNABORTED'])(
    'a client who was not accepted at first (%s) is greeted',
    async (error) => {
      const log = `${open().folder}/strace.log`
      const inject = `--inject=accept4:error=${error}:when=1..3`
      const child = await receive(['strace', '--signal=none', `--output=${log}`, inject])
      while (!(await isGreeted()));
      expect(readFileSync(log, 'utf8').match(/INJECTED/g)).toHaveLength(3)
      expect(child.exitCode).toBe(null)
    },
  )

  test('clients for whom there are no descriptors do not keep later ones from being served', async () => {
    const child = await receive(['prlimit', `--nofile=${limit}:${limit}`])
    const crowd = Array.from({ length: 2 * limit }, client)
    // More than a few have come in, and for the others there is no room.
    await Promise.all(crowd.slice(0, 5).map((socket) => once(socket, 'data')))
    await Promise.all(crowd.map((socket) => once(socket.destroy(), 'close')))
    // Who comes before the first have been seen off may still be turned away.
    while (!(await isGreeted()));
    expect(child.exitCode).toBe(null)
  })
}
