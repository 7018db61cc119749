import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { run, runSync } from '#test/lab/command.ts'
import { debugExecutable, executable } from '#test/lab/executable.ts'

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

test('every plugin lies beside it as a hard link', () => {
  const folder = dirname(executable)
  const types = ['plugins', 'ipam'].flatMap((kind) =>
    readdirSync(new URL(`../../${kind}`, import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name),
  )
  expect(types).toContain('macvlan')
  for (const type of types) expect(statSync(join(folder, type)).ino).toBe(statSync(executable).ino)
})
