import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Host } from '#host/host.ts'
import { hostContract } from '#test/contract/host.ts'
import { engineShell } from '#test/lab/executable.ts'
import { Bridge } from './bridge.ts'
import { bridgedHost } from './bridged-host.ts'
import { bundleForEngine } from './bundle-for-engine.ts'

const root = mkdtempSync(join(tmpdir(), 'netwright-engine-host-'))
let bridge: Bridge
let host: Host
let echo: string
let folder: string
let made = 0

beforeAll(() => {
  bridge = new Bridge(root)
  host = bridgedHost(bridge)
  echo = bundleForEngine('test/fixtures/host/echo-quickjs.ts', join(root, 'echo'))
})

afterAll(() => {
  bridge.close()
  rmSync(root, { recursive: true })
})

beforeEach(() => {
  made += 1
  folder = join(root, `${made}`)
  mkdirSync(folder)
})

describe("the executable's host", () => {
  hostContract(() => ({ host, folder, echo: [engineShell, echo] }))
})
