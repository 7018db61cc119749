import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run, succeed } from '#test/lab/command.ts'
import { executable, place } from '#test/lab/executable.ts'
import { test } from '#test/lab/lab.ts'
import { allTypes } from '#test/lab/plugin-types.ts'
import { logIn, tampered, traced } from '#test/lab/system-calls.ts'

const environment = { CNI_COMMAND: 'GC', CNI_PATH: '/nowhere', PATH: '/usr/bin:/bin' }
const input = '{"cniVersion":"1.1.0","name":"n","cni.dev/valid-attachments":[]}'

test('a call begins with the snapshot, in its place', async ({ lab }) => {
  const log = logIn(lab.folder)
  succeed(await run([...traced(log), executable, 'macvlan'], { environment, input }))
  expect(readFileSync(log, 'utf8')).toMatch(/mremap\(.*MREMAP_FIXED, 0x200000000\) = 0x200000000/)
})

/** It ends at once, whatever it says. */
const wrongOption = '-no-such-option'

test.for([
  ['dhcp', 'daemon'],
  ['netwright', 'dhcp', 'daemon'],
])('a daemon begins without the snapshot: %s', async ([name = '', ...rest], { lab }) => {
  const log = logIn(lab.folder)
  const program = place(join(lab.folder, name), 'symlink')
  const limited = ['prlimit', '--nofile=100:200', ...traced(log)]
  await run([...limited, program, ...rest, wrongOption], { environment })
  const calls = readFileSync(log, 'utf8')
  expect(calls).not.toContain('0x200000000')
  expect(calls).toMatch(/prlimit64\(0, RLIMIT_NOFILE, \{rlim_cur=200, rlim_max=200\}/)
})

test.for([['dhcp'], ['netwright', 'macvlan', 'daemon']])(
  'any other program begins with it: %s',
  async ([name = '', ...rest], { lab }) => {
    const log = logIn(lab.folder)
    const program = place(join(lab.folder, name), 'symlink')
    await run([...traced(log), program, ...rest], { environment, input })
    expect(readFileSync(log, 'utf8')).toMatch(/MREMAP_FIXED, 0x200000000/)
  },
)

test('where the place of the snapshot is taken, scripts are loaded from their bytecode', async ({
  lab,
}) => {
  const moved = { name: 'mremap', occurrence: 1 }
  const strace = tampered(logIn(lab.folder), moved, 'error=ENOMEM')
  for (const type of allTypes) {
    const said = await run([...strace, executable, type], { environment, input })
    expect([said.status, said.stdout, said.stderr]).toEqual([0, '', ''])
  }
  expect(readFileSync(logIn(lab.folder), 'utf8')).toContain('(INJECTED)')
})

test('a kernel that cannot map the pages in advance maps them one by one', async ({ lab }) => {
  const strace = tampered(logIn(lab.folder), { name: 'madvise', occurrence: 1 }, 'error=EINVAL')
  const said = await run([...strace, executable, 'macvlan'], { environment, input })
  expect([said.status, said.stderr]).toEqual([0, ''])
})
