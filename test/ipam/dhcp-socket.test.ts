/** The daemon's socket: whose it is, who may use it, and what may be said there. */

import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { pluginCommand } from '#test/lab/cni-call.ts'
import { type Outcome, run } from '#test/lab/command.ts'
import { dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { type DhcpDaemon, startDhcpDaemon } from '#test/lab/dhcp-daemon.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { startDhcpServer } from '#test/lab/dhcp-server.ts'
import { dnsmasq } from '#test/lab/dnsmasq.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const handOver = fileURLToPath(new URL('../fixtures/host/hand-over.py', import.meta.url))

/** A host on a wire with a server, and a pod, without a daemon. */
async function serve(lab: Lab) {
  const host = lab.host()
  const server = await startDhcpServer(lab, lab.cable(host, 'eth0'), { kind: dnsmasq })
  return { host, server, pod: lab.pod(host) }
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

test('the socket and the leases are for root alone', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
  expect(modeOf(daemon.socketPath)).toBe(0o600)
  const folder = `${daemon.socketPath}.leases`
  expect(modeOf(folder)).toBe(0o700)
  for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe(0o600)
})

/** What the daemon says to a user who only connects; the program becomes the user when it has started. */
function heardBy(user: number, { socketPath }: DhcpDaemon): Promise<Outcome> {
  const script = [
    'import os, socket, sys',
    'os.setuid(int(sys.argv[1]))',
    'client = socket.socket(socket.AF_UNIX)',
    'client.connect(sys.argv[2])',
    'print(client.recv(4096).decode())',
  ].join('\n')
  return run(['/usr/bin/python3', '-c', script, `${user}`, socketPath])
}

test('a user other than root is refused, even where the socket lets it in', async ({ lab }) => {
  const { daemon } = await startDhcpSegment(lab)
  chmodSync(lab.folder, 0o711)
  expect((await heardBy(1000, daemon)).stderr).toContain('PermissionError')
  chmodSync(daemon.socketPath, 0o666)
  const refused = await heardBy(1000, daemon)
  expect(refused.stdout).toContain('user 1000 may not; only root may')
  await daemon.log.waitFor(/refused: it belongs to user 1000/)
})

test('a socket that a killed daemon has left is replaced', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  await daemon.kill()
  expect(existsSync(daemon.socketPath)).toBe(true)
  await daemon.start()
  expect(modeOf(daemon.socketPath)).toBe(0o600)
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
})

test('a second daemon for a socket ends, and leaves the first alone', async ({ lab }) => {
  const pidFile = join(lab.folder, 'dhcp.pid')
  const flags = ['-pidfile', pidFile]
  const { host, daemon } = await startDhcpSegment(lab, { flags })
  const words = ['daemon', '-socketpath', daemon.socketPath, ...flags]
  const second = await run(host.inside(...pluginCommand('dhcp'), ...words))
  expect(second.status).toBe(1)
  expect(second.stderr).toContain(`${daemon.socketPath}.leases: another DHCP daemon has it`)
  expect(readFileSync(pidFile, 'utf8')).toBe(`${daemon.pid}`)
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
})

test('a daemon that is told to end takes its socket along, and leaves the leases', async ({
  lab,
}) => {
  const pidFile = join(lab.folder, 'dhcp.pid')
  const segment = await startDhcpSegment(lab, { flags: ['-pidfile', pidFile] })
  const { host, server, daemon } = segment
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(readFileSync(pidFile, 'utf8')).toBe(`${daemon.pid}`)
  expect(await daemon.stop()).toBe(0)
  expect(existsSync(daemon.socketPath)).toBe(false)
  expect(existsSync(pidFile)).toBe(false)
  expect(pod).toHaveAddress('net1', `${leasedAddress(added)}/24`)
  await daemon.start()
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(server.log.seen(server.message('DHCPRELEASE'))).toEqual([])
})

/** The command line of a daemon that is given its socket, as systemd gives it. */
function activated(socketPath: string): readonly string[] {
  const asItself = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
  const command = ['sh', '-c', asItself, 'sh', ...pluginCommand('dhcp')]
  return ['/usr/bin/python3', handOver, 'listener', socketPath, ...command]
}

test('a daemon serves the socket that it is given, which stays when it ends', async ({ lab }) => {
  const { host, server, pod } = await serve(lab)
  const program = activated(join(lab.folder, 'dhcp.sock'))
  const daemon = await startDhcpDaemon(lab, host, { program })
  const inode = statSync(daemon.socketPath).ino
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(await daemon.stop()).toBe(0)
  expect(statSync(daemon.socketPath).ino).toBe(inode)
  expect(server.log.seen(server.message('DHCPRELEASE'))).toEqual([])
  expect(await pod.del(config)).toSucceed()
})

/** Connects to a daemon and says something; how the daemon ends it does not matter. */
function say(daemon: DhcpDaemon, words: string | Uint8Array): Socket {
  const socket = connect(daemon.socketPath)
  socket.on('error', () => {})
  socket.write(words)
  return socket
}

const nonsense: readonly (readonly [string, string | Uint8Array])[] = [
  ['no JSON', 'GET / HTTP/1.0\n'],
  ['no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0x0a])],
  ['no object', '[]\n'],
  ['no verb', '{}\n'],
  ['a verb that nobody knows', '{"verb":"__proto__"}\n'],
  ['an order without anything in it', '{"verb":"allocate","order":{}}\n'],
  ['a key of another kind', '{"verb":"release","key":"all"}\n'],
  ['more brackets than anybody closes', `${'['.repeat(500_000)}\n`],
]

test('what is no request is answered with an error, and harms nobody', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  const { pid } = daemon
  for (const [what, words] of nonsense) {
    const answer = await text(say(daemon, words))
    expect(JSON.parse(answer), what).toMatchObject({ error: { msg: expect.any(String) } })
  }
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
  expect(daemon.pid).toBe(pid)
})

test('whoever does not say what it wants is seen off, and keeps nobody waiting', async ({
  lab,
}) => {
  const { host, daemon } = await startDhcpSegment(lab)
  const { pid } = daemon
  const half = '{"verb":"status"'
  const waiting = [say(daemon, ''), say(daemon, half), say(daemon, half).end()]
  for (let times = 0; times < 50; times += 1) say(daemon, half).destroy()
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
  const closed = waiting.map(async (socket) => {
    if (!socket.closed) await once(socket.resume(), 'close')
  })
  await Promise.all(closed)
  expect(daemon.pid).toBe(pid)
})

test('a line that does not end is not listened to for long', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  const { pid } = daemon
  const socket = say(daemon, '')
  const [piece, most] = [2 ** 17, 2 ** 24]
  let said = 0
  while (!socket.destroyed && said < most) {
    await new Promise((resolve) => socket.write('x'.repeat(piece), resolve))
    said += piece
  }
  expect(said).toBeLessThan(most)
  expect(await lab.pod(host).add(macvlan({ ipam: dhcpOf(daemon) }))).toSucceed()
  expect(daemon.pid).toBe(pid)
})

/** A daemon in a container: it has the host's namespaces below another folder, and none of its own. */
function contained(root: string, nothing: string): readonly string[] {
  const prepare = 'mount --rbind /run/netns "$0/run/netns"; mount --bind "$1" /run/netns; shift'
  const script = `${prepare}; exec "$@"`
  return ['unshare', '--mount', 'sh', '-ec', script, root, nothing, ...pluginCommand('dhcp')]
}

test('a daemon in a container finds sandboxes and socket below the folder of the host', async ({
  lab,
}) => {
  const { host, server, pod } = await serve(lab)
  const root = join(lab.folder, 'host')
  const nothing = join(lab.folder, 'nothing')
  for (const folder of [join(root, 'run/netns'), nothing]) mkdirSync(folder, { recursive: true })
  const daemon = await startDhcpDaemon(lab, host, {
    program: contained(root, nothing),
    flags: ['-hostprefix', root, '-socketpath', '/run/dhcp.sock'],
    name: 'host/run/dhcp.sock',
  })
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(pod).toHaveAddress('net1', `${leasedAddress(added)}/24`)
  expect(await pod.del(config)).toSucceed()
  await server.logged('DHCPRELEASE', leasedAddress(added))
})
