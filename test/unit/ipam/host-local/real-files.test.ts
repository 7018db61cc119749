import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import type { Host } from '#host/host.ts'
import { attempting } from '#host/node-errors.ts'
import { nodeFileCalls } from '#host/node-files.ts'
import { SystemFiles } from '#host/system-files.ts'
import { failureOf } from '#test/lab/failure.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { Network, owner } from './network.ts'

/** A network in a temporary folder; everything in this process, so the lock always is free. */
class RealNetwork {
  readonly dataDir: string = mkdtempSync(join(tmpdir(), 'host-local-'))
  readonly folder: string = join(this.dataDir, 'pods')
  readonly host: Host = {
    ...new FakeHost(),
    files: new SystemFiles({
      calls: nodeFileCalls,
      attempting,
      takeLock: async () => ({ [Symbol.dispose]: () => undefined }),
    }),
  }
  readonly calls: Network = new Network({
    dataDir: this.dataDir,
    ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: '2001:db8:1::/64' }]],
  })

  /** Names and contents. */
  contents(): Readonly<Record<string, string>> {
    const names = readdirSync(this.folder).sort()
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(this.folder, name), 'utf8')]),
    )
  }
}

const test = base.extend<{ network: RealNetwork }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern to see what is used
  network: async ({}, use) => {
    const network = new RealNetwork()
    await use(network)
    rmSync(network.dataDir, { recursive: true })
  },
})

test('writes files that only their owner can read, whatever the names', async ({ network }) => {
  const { calls, host, folder } = network
  expect(await calls.add({ host })).toEqual(['10.1.2.2/29', '2001:db8:1::2/64'])
  expect(network.contents()).toEqual({
    '10.1.2.2': owner('c1'),
    '2001:db8:1::2': owner('c1'),
    'last_reserved_ip.0': '10.1.2.2',
    'last_reserved_ip.1': '2001:db8:1::2',
  })
  for (const name of readdirSync(folder))
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  await calls.check({ host })
  await calls.status({ host })
  await calls.del({ host })
  expect(Object.keys(network.contents())).toEqual(['last_reserved_ip.0', 'last_reserved_ip.1'])
})

test('is not troubled by what crashes and people leave in the folder', async ({ network }) => {
  const { calls, host, folder } = network
  mkdirSync(join(folder, '10.1.2.2'), { recursive: true })
  writeFileSync(join(folder, '10.1.2.3'), '')
  writeFileSync(join(folder, '.netwright.tmp'), owner('c1'))
  expect(await calls.add({ host })).toEqual(['10.1.2.3/29', '2001:db8:1::2/64'])
  await calls.del({ host })
  expect(readdirSync(folder).sort()).toEqual([
    '10.1.2.2',
    'last_reserved_ip.0',
    'last_reserved_ip.1',
  ])
})

test('collects what is stale', async ({ network }) => {
  const { calls, host } = network
  await calls.add({ host })
  await calls.add({ host, containerId: 'c2' })
  const keys = { 'cni.dev/valid-attachments': [{ containerID: 'c2', ifname: 'net1' }] }
  await calls.gc(keys, { host })
  expect(Object.values(network.contents()).filter((text) => text.includes('net1'))).toEqual([
    owner('c2'),
    owner('c2'),
  ])
})

test('makes no folder to look into', async ({ network }) => {
  const { calls, host, folder } = network
  await calls.del({ host })
  await calls.status({ host })
  expect(await failureOf(calls.check({ host }))).toMatchObject({ code: 999 })
  expect(existsSync(folder)).toBe(false)
})
