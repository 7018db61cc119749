import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { run, runSync } from '#test/lab/command.ts'
import { debugExecutable, executable } from '#test/lab/executable.ts'
import { allTypes } from '#test/lab/plugin-types.ts'

test('the executable needs no other file', async () => {
  const said = await run(['ldd', executable])
  // A static-pie is "statically linked" to some versions of ldd, and no dynamic executable to others.
  expect(said.stdout + said.stderr).toMatch(/statically linked|not a dynamic executable/)
  expect(runSync(['readelf', '--program-headers', executable])).not.toContain('INTERP')
})

test('it is hardened: position-independent, its tables read-only, its stack not executable', () => {
  expect(runSync(['readelf', '--file-header', executable])).toMatch(/Type:\s+DYN/)
  const segments = runSync(['readelf', '--wide', '--program-headers', executable])
  expect(segments).toContain('GNU_RELRO')
  expect(segments).toMatch(/GNU_STACK.* RW /)
  expect(runSync(['readelf', '--dynamic', executable])).toMatch(/NOW/)
})

test('its functions guard their stacks and their buffers', () => {
  const symbols = runSync(['nm', debugExecutable])
  expect(symbols).toContain(' __stack_chk_fail')
  expect(symbols).toMatch(/ T __(mem|str|sn?printf|read)\w*_chk/)
})

test('it has no symbols; its twin for debugging has', () => {
  expect(runSync(['readelf', '--wide', '--sections', executable])).not.toContain('.symtab')
  expect(runSync(['readelf', '--wide', '--sections', debugExecutable])).toContain('.debug_info')
})

test('it has room for its snapshot, and none to spare', () => {
  const sections = runSync(['readelf', '--wide', '--sections', executable])
  const numbers = /\.snapshot +PROGBITS +\w+ (\w+).*\n.* PROGBITS +\w+ (\w+)/.exec(sections) ?? []
  const [offset = 0, next = 0] = numbers.slice(1).map((text) => Number.parseInt(text, 16))
  // The second word of the snapshot is its size (native/engine/snapshot.h).
  const size = Number(readFileSync(executable).readBigUInt64LE(offset + 8))
  const page = process.arch === 'arm64' ? 65_536 : 4096
  expect(next - offset).toBe(Math.ceil(size / page) * page)
})

test('it has neither name services nor readers of formatted text', () => {
  expect(runSync(['nm', debugExecutable])).not.toMatch(/ [Tt] (_nss_|__res_|__vfscanf_)/)
})

test('every plugin lies beside it as a hard link', () => {
  const folder = dirname(executable)
  expect(allTypes).toContain('macvlan')
  for (const type of allTypes) {
    expect(statSync(join(folder, type)).ino).toBe(statSync(executable).ino)
  }
})
