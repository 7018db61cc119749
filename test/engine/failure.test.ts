import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Outcome, run, succeed } from '#test/lab/command.ts'
import { debugExecutable, executable, place } from '#test/lab/executable.ts'
import { type Lab, test } from '#test/lab/lab.ts'

const environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'container',
  CNI_NETNS: '/run/netns/none',
  CNI_IFNAME: 'net1',
  CNI_PATH: '/nowhere',
}
const gc = { ...environment, CNI_COMMAND: 'GC' }
const gcInput = '{"cniVersion":"1.1.0","name":"n","cni.dev/valid-attachments":[]}'
const mebibyte = 1024 * 1024

function expectError(said: Outcome, message: RegExp): void {
  expect(said.status, said.stderr).toBe(1)
  expect(JSON.parse(said.stdout)).toMatchObject({
    code: expect.any(Number),
    msg: expect.stringMatching(message),
  })
}

describe('a call ends as a CNI error', () => {
  test('when the scripts run out of stack', async () => {
    const input = '['.repeat(mebibyte)
    expectError(await run([executable, 'macvlan'], { environment, input }), /stack overflow/)
  })

  test('when the scripts run out of memory', async () => {
    // As QuickJS keeps it, this array is several times what may be used.
    const input = `{"cniVersion":"1.1.0","name":"n","list":[${'{},'.repeat(4 * mebibyte)}{}]}`
    expectError(await run([executable, 'macvlan'], { environment, input }), /out of memory/)
  })

  test('when there is not even memory for its configuration', async () => {
    const input = ' '.repeat(200 * mebibyte)
    expectError(await run([executable, 'macvlan'], { environment, input }), /memory/)
  })

  test('when the kernel gives no memory to begin with', async ({ lab }) => {
    const path = place(join(lab.folder, 'macvlan'), 'symlink')
    // The kernel itself ends a program that it cannot even map.
    const mapped = Math.ceil(statSync(executable).size / 1024) + 400
    for (let more = 2000; more >= 0; more -= 40) {
      const limited = ['bash', '-c', `ulimit -v ${mapped + more} && exec "$0"`, path]
      const said = await run(limited, { environment: { CNI_COMMAND: 'VERSION' } })
      if (said.status !== 0) expectError(said, /memory/)
    }
  })

  /** Some of what the scripts are once they are loaded. */
  test.for([
    ['the main module', 'no plugin is called'],
    ['a module that is loaded on demand', 'error reading from stdin'],
    ['another plugin', 'last_reserved_ip'],
  ] as const)('when a bit of %s has changed', async ([, text], { lab }) => {
    const said = await run([damaged(lab, { text }), 'macvlan'], { environment: gc, input: gcInput })
    expectError(said, /^load the scripts: the file of this program is damaged, install it again$/)
  })
})

describe('the debugging executable, which loads its scripts itself, ends with a CNI error', () => {
  /** A module that a GC of macvlan needs, by a text that it alone has. */
  test.for([
    ['the main module', 'no plugin is called'],
    ['a module that is loaded on demand', 'error reading from stdin'],
    ['the plugin', 'the hardware address of one link'],
  ] as const)('when a bit of %s has changed', async ([, text], { lab }) => {
    const path = damaged(lab, { of: debugExecutable, text })
    const said = await run([path, 'macvlan'], { environment: gc, input: gcInput })
    expectError(said, /^load module .*: the file of this program is damaged, install it again$/)
  })

  test('unless what is damaged belongs to another plugin', async ({ lab }) => {
    const path = damaged(lab, { of: debugExecutable, text: 'last_reserved_ip' })
    succeed(await run([path, 'macvlan'], { environment: gc, input: gcInput }))
    expectError(await run([path, 'host-local'], { environment: gc, input: gcInput }), /damaged/)
  })
})

describe('with NETWRIGHT_DEBUG', () => {
  const debugging = { ...environment, NETWRIGHT_DEBUG: '1' }

  test('the debugging executable tells where in the TypeScript an error comes from', async () => {
    const said = await run([debugExecutable, 'macvlan'], { environment: debugging, input: '{' })
    const frame = /parse \(native\)\n +at parseJson \((src\/cni\/network-config\.ts):(\d+):\d+\)/
    const [, file, line] = frame.exec(said.stderr) ?? []
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split('\n')
    expect(source[Number(line) - 1]).toContain('JSON.parse')
  })

  test('the other one tells where in its bundle', async () => {
    const said = await run([executable, 'macvlan'], { environment: debugging, input: '{' })
    expect(said.stderr).toMatch(/parseJson \(perform-\w+\.js:\d+:\d+\)/)
  })
})

/** A copy of an executable in which one bit of a text, where it is last, is another. */
function damaged(lab: Lab, { of = executable, text }: { of?: string; text: string }): string {
  const path = join(lab.folder, 'netwright')
  const bytes = readFileSync(of)
  // The snapshot lies behind the bytecode.
  const found = bytes.lastIndexOf(text)
  expect(found, `${text} in the executable`).toBeGreaterThan(0)
  bytes[found] = (bytes[found] ?? 0) ^ 1
  writeFileSync(path, bytes, { mode: 0o755 })
  return path
}
