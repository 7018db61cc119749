import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run, succeed } from '#test/lab/command.ts'
import { executable, place } from '#test/lab/executable.ts'
import { test } from '#test/lab/lab.ts'
import { allTypes } from '#test/lab/plugin-types.ts'

const version = { CNI_COMMAND: 'VERSION' }

test.for(['symlink', 'hardlink', 'copy'] as const)(
  'a %s is the plugin that it is named after',
  async (way, { lab }) => {
    for (const type of allTypes) {
      const path = place(join(lab.folder, type), way)
      const said = await run([path], { environment: {} })
      expect(said.stderr).toContain(`CNI ${type} plugin netwright`)
      expect(JSON.parse((await run([path], { environment: version })).stdout)).toMatchObject({
        cniVersion: '1.1.0',
      })
    }
  },
)

test('the name in front of a program counts, not the file that is run', async ({ lab }) => {
  const path = place(join(lab.folder, 'macvlan'), 'symlink')
  const said = await run(['bash', '-c', 'exec -a host-local "$0"', path], {
    environment: {},
  })
  expect(said.stderr).toContain('CNI host-local plugin')
})

test('netwright is the plugin that its first argument names', async () => {
  for (const type of allTypes) {
    const said = await run([executable, type], { environment: {} })
    expect(said.stderr).toContain(`CNI ${type} plugin netwright`)
  }
})

test('netwright --version and --help say what is inside', async () => {
  const packageJson = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  for (const option of ['--version', '--help']) {
    const { stdout, stderr } = succeed(await run([executable, option], { environment: {} }))
    expect(stdout).toContain(`netwright ${JSON.parse(packageJson).version}`)
    for (const type of allTypes) expect(stdout).toContain(type)
    expect(stderr).toBe('')
  }
  const help = await run([executable, '--help'], { environment: {} })
  expect(help.stdout).toMatch(/^usage: /)
})

test('netwright without a word, or with an unknown option, tells how it is used', async () => {
  for (const words of [[], ['--nonsense']]) {
    const said = await run([executable, ...words], { environment: {} })
    expect([said.status, said.stdout]).toEqual([2, ''])
    expect(said.stderr).toMatch(/^usage: /)
  }
})

test('a name that no plugin has is told as an error of the environment', async ({ lab }) => {
  const path = place(join(lab.folder, 'macvlam'), 'symlink')
  for (const command of [[path], [executable, 'macvlam']]) {
    const said = await run(command, { environment: version })
    expect(said.status).toBe(1)
    expect(JSON.parse(said.stdout)).toEqual({
      code: 4,
      msg: 'no plugin is called "macvlam"',
      details: `a program is the plugin it is named after, one of ${allTypes.join(', ')}`,
    })
    expect(said.stderr).toContain('no plugin is called "macvlam"')
  }
})

test('a runtime that calls the executable by its own name gets an error', async () => {
  const said = await run([executable], { environment: version })
  expect([said.status, JSON.parse(said.stdout).code]).toEqual([1, 4])
})
