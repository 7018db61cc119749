import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from '#test/lab/command.ts'
import { engineShell } from '#test/lab/executable.ts'

const folder = mkdtempSync(join(tmpdir(), 'netwright-engine-end-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a script that knows the engine's module as `engine`. */
function runScript(lines: readonly string[]) {
  const path = join(folder, 'script.mjs')
  writeFileSync(path, ["import * as engine from 'netwright:engine'", ...lines].join('\n'))
  return run([engineShell, path, folder])
}

const success = { status: 0, stdout: '', stderr: '' }

describe('a script that ends', () => {
  test('ends with the status that it has set', async () => {
    const lines = ['engine.setExitStatus(3)']
    expect(await runScript(lines)).toMatchObject({ ...success, status: 3 })
  })

  // The sanitizers tell of what is not let go.
  test.each([
    ['a timer', ['engine.startTimer(1e9, () => {})']],
    ['a program', ["engine.spawn('/bin/cat', [], []).exit.then(() => {})"]],
    [
      'what a program says',
      ["const { output } = engine.spawn('/bin/cat', [], [])", 'engine.whenReadable(output)'],
    ],
    [
      'a client',
      [
        'const [, folder] = engine.getArguments()',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of the script
        'const socket = engine.listenSocket(`${folder}/socket`, 0o600)',
        'engine.whenReadable(socket)',
        'engine.whenReadable(socket + 1)',
      ],
    ],
  ])('does not wait for %s', async (_, lines) => {
    expect(await runScript(lines)).toMatchObject(success)
  })

  test('waits for what it awaits', async () => {
    const lines = [
      'await new Promise((resolve) => engine.startTimer(1, resolve))',
      "engine.writeOutput('later')",
    ]
    expect(await runScript(lines)).toMatchObject({ ...success, stdout: 'later' })
  })

  test('is told when it awaits what cannot happen', async () => {
    const outcome = await runScript(['await new Promise(() => {})'])
    expect(outcome.status).toBe(1)
    expect(outcome.stdout).toContain('waits for something that cannot happen')
  })
})

test('a timer that was stopped is never heard of', async () => {
  const lines = [
    "const timer = engine.startTimer(1, () => engine.writeOutput('stopped'))",
    'engine.stopTimer(timer)',
    'engine.stopTimer(timer)',
    'await new Promise((resolve) => engine.startTimer(5, resolve))',
  ]
  expect(await runScript(lines)).toMatchObject(success)
})

test('what was closed has said all, and hears nothing', async () => {
  const lines = [
    "const { input, output } = engine.spawn('/bin/cat', [], [])",
    'engine.close(output)',
    'engine.close(output)',
    'const said = [engine.receive(output), await engine.whenReadable(output)]',
    'engine.close(input)',
    "engine.writeOutput(JSON.stringify([...said, engine.send(input, 'x')]))",
  ]
  expect(await runScript(lines)).toMatchObject({ ...success, stdout: '[null,false,true]' })
})

test('a second wait for the same is refused', async () => {
  const lines = [
    "const { output } = engine.spawn('/bin/cat', [], [])",
    'engine.whenReadable(output)',
    'try { engine.whenReadable(output) } catch ({ code }) { engine.writeOutput(code) }',
  ]
  expect(await runScript(lines)).toMatchObject({ ...success, stdout: 'EBUSY' })
})
