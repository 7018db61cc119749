import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HostWithoutCalls, hostContract } from '#test/contract/host.ts'
import { engineShell } from '#test/lab/executable.ts'
import { Bridge } from './bridge.ts'
import { bridgedHost } from './bridged-host.ts'
import { bundleForEngine } from './bundle-for-engine.ts'

const root = mkdtempSync(join(tmpdir(), 'netwright-engine-host-'))
let bridge: Bridge
let host: HostWithoutCalls
let echo: string
let scenes: string
let folder: string
let made = 0

beforeAll(() => {
  bridge = new Bridge(root)
  host = bridgedHost(bridge)
  echo = bundleForEngine('test/fixtures/host/echo-quickjs.ts', join(root, 'echo'))
  scenes = bundleForEngine('test/fixtures/host/scenes-quickjs.ts', join(root, 'scenes'))
})

afterAll(async () => {
  try {
    // A leak, as the sanitizers see it, is told now.
    expect(await bridge.close()).toBe(0)
  } finally {
    rmSync(root, { recursive: true })
  }
})

beforeEach(() => {
  made += 1
  folder = join(root, `${made}`)
  mkdirSync(folder)
})

describe("the executable's host", () => {
  hostContract(() => ({
    host,
    folder,
    echo: [engineShell, echo],
    scenes: [engineShell, scenes],
  }))

  test('knows how it was called', () => {
    expect(host.program).toBe('host-bridge.js')
    expect(host.arguments).toEqual([join(root, 'bridge')])
    expect(readFileSync(`/proc/${host.processId}/cmdline`, 'utf8')).toContain('host-bridge.js')
  })

  test('gives no file that it has open to a program that it runs', async () => {
    const path = join(folder, 'program')
    writeFileSync(path, '#!/bin/sh\nexec ls /proc/self/fd\n', { mode: 0o755 })
    const request = { path, input: '', environment: { PATH: '/usr/bin:/bin' }, timeoutMs: 30_000 }
    // The fourth is the folder, while ls reads it.
    expect((await host.processes.run(request)).output).toBe('0\n1\n2\n3\n')
  })

  test('knows the file that it is', async () => {
    const { dev: device, ino: inode, mode, size } = statSync(engineShell)
    expect(await host.findExecutable()).toEqual({
      kind: 'file',
      device,
      inode,
      mode: mode & 0o7777,
      size,
    })
  })
})
