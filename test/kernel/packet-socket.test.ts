import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { etherTypes, type ReceivedPacket } from '#kernel/packet-socket.ts'
import { packetSocketContract } from '#test/contract/packet-sockets.ts'
import { test, veth } from '#test/lab/kernel.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
let program: string

beforeAll(() => {
  // In the project, whose addon it looks for.
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache/packets-'))
  program = join(folder, 'listen.mjs')
  buildSync({
    entryPoints: [join(root, 'test/fixtures/packets/listen-node.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['netwright-source'],
  })
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('on Node.js', () => {
  packetSocketContract(() => [process.execPath, program])
})

const ignore = () => {}

test('ARP and UDP over IPv6 are heard', async ({ space }) => {
  const link = space.createLink({ ...veth('net0', { name: 'far0' }), isUp: true }).index
  const far = space.link('far0').index
  space.changeLink(far, { isUp: true })
  await vi.waitFor(() => expect(space.link(far).operationalState).toBe('up'), { timeout: 10_000 })
  const heard: ReceivedPacket[] = []
  const receive = (packet: ReceivedPacket) => void heard.push(packet)
  const payloads = {
    arp: Uint8Array.of(0, 1, 8, 0, 6, 4, ...new Uint8Array(22)),
    ipv6: Uint8Array.of(0x60, 0, 0, 0, 0, 8, 17, ...new Uint8Array(35), 2, 34, 0, 8, 0, 0),
  }
  using _arp = space.openPacketSocket({ link, etherType: etherTypes.arp, receive })
  const dhcp6 = { link, etherType: etherTypes.ipv6, udpPort: 546, receive }
  using _ipv6 = space.openPacketSocket(dhcp6)
  using sender = space.openPacketSocket({ link: far, etherType: etherTypes.arp, receive: ignore })
  const { mac } = space.link('far0')
  for (const type of ['arp', 'ipv6'] as const) {
    const etherType = etherTypes[type]
    const payload = payloads[type]
    const destination = space.link('net0').mac
    sender.send({ etherType, payload, ...(destination && { destination }) })
    const packet = { etherType, payload, source: mac, isChecksumPending: false }
    await vi.waitFor(() => expect(heard).toContainEqual(packet), { timeout: 10_000 })
  }
  expect(heard).toHaveLength(2)
})

test('a link that is not there is refused', ({ space }) => {
  const request = { link: 999, etherType: etherTypes.arp, receive: ignore }
  expect(() => space.openPacketSocket(request)).toThrow(
    `open packet socket on link 999 in ${space.path}: ENODEV no such device`,
  )
})

test.for([
  ['etherType', { etherType: 0x88b5 }],
  ['udpPort', { udpPort: undefined }],
  ['udpPort', { udpPort: 0 }],
  ['udpPort', { udpPort: 65536 }],
  ['receive', { receive: undefined }],
] as const)('a wrong %s is named: %j', ([name, facts], { space }) => {
  const request = { link: 1, etherType: etherTypes.ipv4, udpPort: 68, receive: ignore, ...facts }
  expect(() => Reflect.apply(space.openPacketSocket, space, [request])).toThrow(`${name}: expected`)
})

test.for([
  ['etherType', { etherType: 1 }],
  ['destination', { destination: '02:00' }],
  ['payload', { payload: [1, 2] }],
  ['payload', { payload: Uint16Array.of(1, 2) }],
] as const)('of a packet to send, a wrong %s is named: %j', ([name, facts], { space }) => {
  const request = { link: 1, etherType: etherTypes.arp, receive: ignore }
  using socket = space.openPacketSocket(request)
  const packet = { etherType: etherTypes.arp, payload: new Uint8Array(28), ...facts }
  expect(() => Reflect.apply(socket.send, socket, [packet])).toThrow(`${name}: expected`)
})

test('a socket outlives the namespace that it was opened through', ({ kernel, witness }) => {
  const space = kernel.openNamespace(witness.path)
  using socket = space.openPacketSocket({ link: 1, etherType: etherTypes.arp, receive: ignore })
  space[Symbol.dispose]()
  expect(() =>
    socket.send({ etherType: etherTypes.arp, payload: new Uint8Array(28) }),
  ).not.toThrow()
})

test('a socket that is disposed leaves no descriptor behind', async ({ space }) => {
  const count = () => readdirSync('/proc/self/fd').length
  const before = count()
  const request = { link: 1, etherType: etherTypes.arp, receive: ignore }
  const sockets = Array.from({ length: 100 }, () => space.openPacketSocket(request))
  expect(count()).toBeGreaterThanOrEqual(before + 100)
  for (const socket of sockets) socket[Symbol.dispose]()
  await vi.waitFor(() => expect(count()).toBeLessThan(before + 50), { timeout: 10_000 })
})

test('a thread ends with a socket open', async ({ witness }) => {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads')
    const addon = require('node-gyp-build')(workerData.root)
    const space = new addon.Namespace(workerData.path)
    space.openPacketSocket({ link: 1, etherType: 0x0806, receive: () => {} })
    parentPort.postMessage('open')
  `
  for (let round = 0; round < 3; round += 1) {
    const workerData = { root, path: witness.path }
    const worker = new Worker(script, { eval: true, workerData })
    await once(worker, 'message')
    expect(await worker.terminate()).toBe(1)
  }
})
