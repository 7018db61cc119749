import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { isSystemError } from '#base/system-error.ts'
import { nodeHost } from '#host/node.ts'
import { runSync } from '#test/lab/command.ts'

const { files } = nodeHost()
const pageSize = 4096
const content = 'x'.repeat(3 * pageSize)
const file = { content, mode: 0o600 }
const mounted: string[] = []

/** A file system of its own with room for so many pages and names. */
function fileSystem(size: { readonly pages: number; readonly names: number }): string {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-full-'))
  // tmpfs counts an inode for each name, and one for its root folder.
  const options = `size=${size.pages * pageSize},nr_inodes=${size.names + 1}`
  runSync(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  mounted.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of mounted.splice(0)) {
    runSync(['umount', folder])
    rmdirSync(folder)
  }
})

describe.each([
  ['the bytes of a file', { pages: 2, names: 100 }],
  ['a file', { pages: 100, names: 0 }],
  ['a second name of a file', { pages: 100, names: 1 }],
])('a disk without room for %s', (_, size) => {
  test('refuses a new file, and keeps no trace of it', async () => {
    const folder = fileSystem(size)
    const path = join(folder, 'a')
    await expect(files.createWhole(path, file)).rejects.toMatchObject({
      name: 'SystemError',
      code: 'ENOSPC',
      operation: 'create',
      object: path,
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe.each([
  ['more bytes', { pages: 2, names: 100 }],
  ['another file', { pages: 100, names: 1 }],
])('a disk without room for %s', (_, size) => {
  test('keeps the old file whole when it cannot be replaced', async () => {
    const folder = fileSystem(size)
    const path = join(folder, 'a')
    writeFileSync(path, 'old')
    await expect(files.replaceWhole(path, file)).rejects.toMatchObject({
      name: 'SystemError',
      code: 'ENOSPC',
      operation: 'replace',
      object: path,
    })
    expect(readdirSync(folder)).toEqual(['a'])
    expect(readFileSync(path, 'utf8')).toBe('old')
  })
})

test('a disk that was full serves again as soon as there is room', async () => {
  const folder = fileSystem({ pages: 4, names: 100 })
  writeFileSync(join(folder, 'ballast'), content)
  const path = join(folder, 'a')
  const refusal: unknown = await files.createWhole(path, file).catch((error: unknown) => error)
  expect(isSystemError(refusal, 'ENOSPC')).toBe(true)
  rmSync(join(folder, 'ballast'))
  expect(await files.createWhole(path, file)).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe(content)
})
