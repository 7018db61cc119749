import { expect, test } from 'vitest'
import { listen } from '#ipam/dhcp/daemon/listen.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const path = '/run/cni/dhcp.sock'

test('listens to a new socket that only root may use', async () => {
  const host = new FakeHost()
  await host.files.ensureDirectory('/run/cni', 0o700)
  using _ = await listen(host, path)
  expect(host.files.modeOf(path)).toBe(0o600)
})

test('replaces a socket that a daemon has left behind', async () => {
  const host = new FakeHost()
  host.files.putSocket(path, 0o600)
  using _ = await listen(host, path)
  using client = await host.sockets.connect(path, { timeoutMs: 1 })
  expect(client.peer().userId).toBe(0)
})

test('leaves a socket that somebody listens to', async () => {
  const host = new FakeHost()
  await host.files.ensureDirectory('/run/cni', 0o700)
  using _ = await listen(host, path)
  await expect(listen(host, path)).rejects.toThrow('EADDRINUSE')
})

function activated(variables: Readonly<Record<string, string>>): FakeHost {
  const host = new FakeHost({ environment: variables })
  host.sockets.give(3, path)
  return host
}

test('takes the socket that systemd passes', async () => {
  const host = activated({ LISTEN_PID: `${new FakeHost().processId}`, LISTEN_FDS: '1' })
  {
    using _ = await listen(host, path)
    using client = await host.sockets.connect(path, { timeoutMs: 1 })
    expect(client.peer().userId).toBe(0)
  }
  // It is systemd's.
  expect(await host.files.findStatus(path)).toBeDefined()
})

test('refuses more than one socket', async () => {
  const host = activated({ LISTEN_PID: `${new FakeHost().processId}`, LISTEN_FDS: '2' })
  await expect(listen(host, path)).rejects.toThrow('systemd has passed 2 sockets, not one')
})

test('passes over sockets for another process', async () => {
  const host = new FakeHost({ environment: { LISTEN_PID: '999999', LISTEN_FDS: '1' } })
  await host.files.ensureDirectory('/run/cni', 0o700)
  using _ = await listen(host, path)
  expect(host.files.modeOf(path)).toBe(0o600)
})
