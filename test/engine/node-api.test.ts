/**
 * Node-API of our engine against that of Node.js: each folder of test/engine/node-api is an addon and
 * a script, run on both. Ours is built with the sanitizers, which also look for leaks at its end.
 */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, run, succeed } from '#test/lab/command.ts'

const sources = fileURLToPath(new URL('node-api/', import.meta.url))
/** script/test-native builds it; another build can be named. */
const buildRoot =
  process.env.NETWRIGHT_SANITIZED_BUILD ??
  fileURLToPath(new URL('../../build-sanitize/', import.meta.url))
const build = join(buildRoot, 'test/engine/node-api')

/** What Node.js answers with the end of the process, and what must not even link. */
const oursAlone = ['foreign-exceptions', 'unsupported']
const chapters = readdirSync(sources, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !oursAlone.includes(entry.name))
  .map((entry) => entry.name)

function scripts(chapter: string): string[] {
  return [join(sources, 'prelude.mjs'), join(sources, chapter, 'test.mjs')]
}

function onNode(chapter: string): Promise<Outcome> {
  const addon = join(build, `${chapter}.node`)
  const runner = join(sources, 'run-on-node.mjs')
  return run([process.execPath, '--expose-gc', runner, addon, ...scripts(chapter)])
}

function onEngine(chapter: string, ...options: string[]): Promise<Outcome> {
  return run([join(build, chapter), ...options, ...scripts(chapter)])
}

/** Collects garbage whenever an object is made: whoever does not hold what it uses is found out. */
const collecting = '--collect-always'

beforeAll(() => {
  if (!existsSync(build)) throw new Error(`${build} is missing: script/test-native builds it`)
})

describe.for(chapters)('the conformance test of %s passes', (chapter) => {
  test('on Node.js', async () => {
    succeed(await onNode(chapter))
  })

  test('on our engine', async () => {
    const ours = succeed(await onEngine(chapter))
    expect(ours.stdout).toBe((await onNode(chapter)).stdout)
  })

  test('on our engine when it collects all the time', async () => {
    succeed(await onEngine(chapter, collecting))
  })
})

test('an environment ends with the newest finalizer', async () => {
  const told = ['the newest wrap', 'a finalizer', 'the oldest wrap', 'the second instance data', '']
  expect((await onEngine('teardown')).stdout).toBe(told.join('\n'))
})

test.for([[], [collecting]])('an exception of C++ becomes an error %s', async (options) => {
  succeed(await onEngine('foreign-exceptions', ...options))
})

test('an addon that needs what is not implemented does not link', async () => {
  const said = await run(['cmake', '--build', buildRoot, '--target', 'node-api-unsupported'])
  expect(said.status).not.toBe(0)
  expect(said.stderr).toContain('undefined reference to `napi_create_async_work')
})
