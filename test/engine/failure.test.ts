import { readFileSync, writeFileSync } from 'node:fs'
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
    for (const kibibytes of [6000, 5000, 4000, 3500]) {
      const limited = ['bash', '-c', `ulimit -v ${kibibytes} && exec "$0"`, path]
      const said = await run(limited, { environment: { CNI_COMMAND: 'VERSION' } })
      if (said.status !== 0) expectError(said, /memory/)
    }
  })

  test('when a byte of any of its modules has changed', async ({ lab }) => {
    for (const marker of ['no plugin is called', 'error reading from stdin', 'macvtap']) {
      const path = damaged(lab, marker)
      const said = await run([path, 'macvlan'], { environment, input: '{}' })
      if (marker !== 'macvtap') expectError(said, /is damaged, install it again/)
    }
  })
})

test('the debugging executable tells file and line of the TypeScript', async () => {
  const input = '['.repeat(mebibyte)
  const said = await run([debugExecutable, 'macvlan'], { environment, input })
  const line = /decodeConfig \(src\/cni\/network-config\.ts:(\d+):\d+\)/.exec(said.stderr)?.[1]
  const source = readFileSync(
    new URL('../../src/cni/network-config.ts', import.meta.url),
    'utf8',
  ).split('\n')
  expect(source[Number(line) - 1]).toContain('JSON.parse')
})

test('a call of one plugin does not mind damage to another', async ({ lab }) => {
  const path = damaged(lab, 'last_reserved_ip')
  const version = { CNI_COMMAND: 'VERSION' }
  succeed(await run([path, 'host-local'], { environment: version }))
  const said = await run([path, 'macvlan'], { environment, input: '{"cniVersion":"1.1.0"}' })
  expectError(said, /name/)
})

/** A copy of the executable in which one letter of a text in its bytecode is another. */
function damaged(lab: Lab, text: string): string {
  const path = join(lab.folder, 'netwright')
  const bytes = readFileSync(executable)
  const found = bytes.indexOf(text)
  expect(found, `${text} in the executable`).toBeGreaterThan(0)
  bytes[found] = (bytes[found] ?? 0) ^ 1
  writeFileSync(path, bytes, { mode: 0o755 })
  return path
}
