import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { hostContract } from '#test/contract/host.ts'

const echoSource = fileURLToPath(new URL('../../fixtures/host/echo-node.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'netwright-host-'))
const echo = join(root, 'echo.mjs')
let folder: string
let made = 0

beforeAll(() => {
  buildSync({
    entryPoints: [echoSource],
    outfile: echo,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['netwright-source'],
  })
})

afterAll(() => rmSync(root, { recursive: true }))

beforeEach(() => {
  made += 1
  folder = join(root, `${made}`)
  mkdirSync(folder)
})

describe('the Node.js host', () => {
  hostContract(() => ({ host: nodeHost(), folder, echo: [process.execPath, echo] }))

  describe('its program name', () => {
    afterEach(() => vi.restoreAllMocks())

    test.each([
      ['/opt/netwright/dist/plugins/macvlan.js', 'macvlan'],
      ['/opt/cni/bin/host-local', 'host-local'],
    ])('of %s is %s', (path, name) => {
      vi.spyOn(process, 'argv', 'get').mockReturnValue(['/usr/bin/node', path])
      expect(nodeHost().program).toBe(name)
    })
  })
})

test('an error that libuv has no name for gets its own', async () => {
  const { toSystemError } = await import('#host/node-errors.ts')
  const thrown = Object.assign(new Error('Unknown system error -122'), { errno: -122 })
  expect(toSystemError(thrown, { operation: 'create', object: '/a' })).toMatchObject({
    errno: 122,
    code: 'EDQUOT',
    message: 'create /a: EDQUOT error number 122',
  })
})
