/**
 * HTTP in a program that is linked as the executable is, where much is otherwise than in one that is
 * built for tests: relocations, what is left out, where names are looked up.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpContract } from '#test/contract/host-http.ts'
import { httpServerContract } from '#test/contract/host-http-server.ts'
import { httpStreamsContract } from '#test/contract/host-http-streams.ts'
import { httpsContract } from '#test/contract/host-https.ts'
import { run, succeed } from '#test/lab/command.ts'
import { staticShell } from '#test/lab/executable.ts'
import { linesOf } from '#test/lab/lines.ts'
import { mounted } from '#test/lab/mounted.ts'
import { startWebServer, type WebServer } from '#test/lab/web-server.ts'
import { Bridge } from './bridge.ts'
import { bridgedHttp } from './bridged-http.ts'
import { bundleForEngine } from './bundle-for-engine.ts'

const root = mkdtempSync(join(tmpdir(), 'netwright-static-http-'))
let bridge: Bridge
let scenes: readonly string[]

beforeAll(() => {
  bridge = new Bridge(root, staticShell)
  const program = bundleForEngine('test/fixtures/host/scenes-quickjs.ts', join(root, 'scenes'))
  scenes = [staticShell, program]
})

afterAll(async () => {
  expect(await bridge.close()).toBe(0)
  rmSync(root, { recursive: true })
})

describe('HTTP', () => httpContract(() => bridgedHttp(bridge)))
describe('streams of HTTP', () => httpStreamsContract(() => bridgedHttp(bridge)))
describe('HTTPS', () => httpsContract(() => bridgedHttp(bridge)))
describe('an HTTP server', () => httpServerContract(() => ({ scenes, folder: root })))

describe('names', () => {
  /** An address of the loopback that nothing else is at. */
  const nameServer = '127.83.1.53'
  let server: WebServer
  let dnsmasq: ChildProcess

  beforeAll(async () => {
    server = await startWebServer((_, response) => response.end('here'))
    dnsmasq = spawn('dnsmasq', [
      ...['--keep-in-foreground', '--log-facility=-', '--conf-file=/dev/null', '--pid-file='],
      ...['--user=root', '--bind-interfaces', `--listen-address=${nameServer}`],
      ...['--no-resolv', '--no-hosts', '--local=/test/'],
      '--host-record=one.test,127.0.0.1',
      '--host-record=six.test,::1',
      // Nobody is at the first.
      '--address=/two.test/127.83.1.1',
      '--address=/two.test/127.0.0.1',
    ])
    await linesOf(dnsmasq).waitFor(/started, version/)
    writeFileSync(join(root, 'resolv.conf'), `search test\nnameserver ${nameServer}\n`)
    writeFileSync(join(root, 'hosts'), '127.0.0.1 known.elsewhere\n')
  })

  afterAll(() => {
    dnsmasq.kill('SIGKILL')
    server[Symbol.dispose]()
  })

  async function ask(name: string, resolver = 'resolv.conf'): Promise<string> {
    const under = [
      ...mounted(join(root, resolver), '/etc/resolv.conf'),
      ...mounted(join(root, 'hosts'), '/etc/hosts'),
    ]
    const origin = `http://${name}:${server.port}`
    return succeed(await run([...under, ...scenes, 'a request', origin])).stdout
  }

  test.each([
    ['a name server knows', 'one.test'],
    ['a name server knows in the domain that is searched', 'one'],
    ['this machine knows', 'known.elsewhere'],
    ['belong to several machines, of which one serves', 'two.test'],
  ])('that %s are found', async (_, name) => {
    expect(await ask(name)).toBe('200 here')
  })

  test('are found when one name server says nothing', async () => {
    const silent = createSocket('udp4').bind(53, '127.83.1.54')
    await once(silent, 'listening')
    const servers = `nameserver 127.83.1.54\nnameserver ${nameServer}\n`
    writeFileSync(join(root, 'silent.conf'), `${servers}options timeout:1 attempts:1\n`)
    expect(await ask('one.test', 'silent.conf')).toBe('200 here')
    silent.close()
  })

  test('with nothing but an IPv6 address are found', async () => {
    // Nobody is there, but it is known where.
    expect(await ask('six.test')).toContain(': ECONNREFUSED connection refused')
  })

  test('that nobody knows are told', async () => {
    expect(await ask('nobody.test')).toBe(
      `GET http://nobody.test:${server.port}/: EHOSTUNREACH no route to host — nobody knows nobody.test`,
    )
  })
})
