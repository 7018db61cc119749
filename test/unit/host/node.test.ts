import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { hostContract } from '#test/contract/host.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/host', import.meta.url))
const project = fileURLToPath(new URL('../../..', import.meta.url))
const gypBuild = createRequire(import.meta.url).resolve('node-gyp-build/package.json')
const root = mkdtempSync(join(tmpdir(), 'netwright-host-'))
const echo = join(root, 'echo-node.mjs')
const scenes = join(root, 'scenes-node.mjs')
let folder: string
let made = 0

beforeAll(() => {
  buildSync({
    entryPoints: ['echo', 'scenes'].map((name) => join(fixtures, `${name}-node.ts`)),
    outdir: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['netwright-source'],
  })
  // Where the addon is found from.
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(project, join(root, 'node_modules/netwright'))
  symlinkSync(dirname(gypBuild), join(root, 'node_modules/node-gyp-build'))
})

afterAll(() => rmSync(root, { recursive: true }))

beforeEach(() => {
  made += 1
  folder = join(root, `${made}`)
  mkdirSync(folder)
})

describe('the Node.js host', () => {
  hostContract(() => ({
    host: nodeHost(),
    folder,
    echo: [process.execPath, echo],
    scenes: [process.execPath, scenes],
  }))

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
