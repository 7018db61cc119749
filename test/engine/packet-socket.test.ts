import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { Listener, packetSocketContract } from '#test/contract/packet-sockets.ts'
import { engineShell } from '#test/lab/executable.ts'
import { test } from '#test/lab/lab.ts'
import { bundleForEngine } from './bundle-for-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'netwright-engine-packets-'))
let program: string

beforeAll(() => {
  program = bundleForEngine('test/fixtures/packets/listen-quickjs.ts', folder)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('in the executable', () => {
  packetSocketContract(() => [engineShell, program])

  // The sanitizers tell of what is not let go.
  test('a script that ends does not wait for its packet sockets', async ({ lab }) => {
    const listener = await Listener.start(lab, [engineShell, program])
    await listener.hear('something')
    await listener.order('leave')
    expect(await listener.ended).toBe(0)
  })
})
