/** What every host's files promise of those on a disk, beyond `filesContract`; node:fs is the witness. */

import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Files } from '#host/host.ts'
import type { FilesUnderTest } from './host-files.ts'

/** Bytes that are no UTF-8, in part or at all, and a byte order mark. */
const garbled = [
  '61ff62',
  'c080',
  'e282',
  'e2827a',
  'e08080',
  'eda080',
  'f09f98',
  'f09f98f09f9880',
  'f4908080',
  'f888808080',
  '80bf0061',
  'efbbbf61',
]

const long = 'grüße 🌍\n'.repeat(100_000)
const mode = 0o600

export function diskContract(open: () => FilesUnderTest): void {
  let files: Files
  let folder: string
  let path: string

  beforeEach(() => {
    const opened = open()
    files = opened.files
    folder = opened.folder
    path = `${folder}/a`
  })

  describe('a file', () => {
    test.each(garbled)('of the bytes %s has the text that Node.js reads', async (bytes) => {
      writeFileSync(path, bytes, 'hex')
      expect(await files.readText(path)).toBe(readFileSync(path, 'utf8'))
    })

    test('may be long', async () => {
      writeFileSync(path, long)
      expect(await files.readText(path)).toBe(long)
    })

    test('gets a long text, and a sign for what is no letter', async () => {
      await files.createWhole(path, { content: `${long}\ud800x\udc00`, mode })
      expect(readFileSync(path, 'utf8')).toBe(`${long}\ufffdx\ufffd`)
    })

    test('that is no text is copied byte by byte, also while it runs', async () => {
      await files.copyWhole(process.execPath, path, 0o755)
      expect(readFileSync(path).equals(readFileSync(process.execPath))).toBe(true)
    })

    test('has its permissions, as far as the umask leaves them', async () => {
      for (const bits of [0o400, 0o640, 0o666]) {
        await files.replaceWhole(path, { content: '', mode: bits })
        expect(statSync(path).mode & 0o777).toBe(bits & ~process.umask())
      }
    })

    test('has the status that the kernel tells', async () => {
      writeFileSync(path, 'four')
      chmodSync(path, 0o4751)
      const { dev: device, ino: inode } = statSync(path)
      const expected = { kind: 'file', device, inode, mode: 0o4751, size: 4 }
      expect(await files.findStatus(path)).toEqual(expected)
      expect(await files.findStatus('/dev/null')).toMatchObject({ kind: 'other' })
    })

    test('whose path has a zero byte is refused by its name', async () => {
      const refusal = { name: 'SystemError', code: 'EINVAL', object: '/a\0b' }
      await expect(files.findText('/a\0b')).rejects.toMatchObject(refusal)
    })
  })

  describe('a folder', () => {
    test('may have more names than fit into one answer of the kernel', async () => {
      const names = Array.from({ length: 2000 }, (_, number) => `a-rather-long-name-${number}`)
      for (const name of names) writeFileSync(`${folder}/${name}`, '')
      expect([...(await files.list(folder))].sort()).toEqual(names.sort())
    })

    test('is refused where none can be made', async () => {
      const refusal = { code: 'ENOENT', object: '/proc/a/b' }
      await expect(files.ensureDirectory('/proc/a/b', 0o755)).rejects.toMatchObject(refusal)
    })
  })

  describe('what a crash left while it was writing', () => {
    const file = { content: 'whole', mode: 0o640 }

    beforeEach(() => {
      writeFileSync(`${folder}/.netwright.tmp`, 'half', { mode: 0o400 })
    })

    test('does not get into a new file, nor do its permissions, and is cleared away', async () => {
      expect(await files.createWhole(path, file)).toBe(true)
      expect(readFileSync(path, 'utf8')).toBe('whole')
      expect(statSync(path).mode & 0o777).toBe(file.mode & ~process.umask())
      expect(readdirSync(folder)).toEqual(['a'])
    })

    test('does not get into a replaced file, and is cleared away', async () => {
      writeFileSync(path, 'old')
      await files.replaceWhole(path, file)
      expect(readFileSync(path, 'utf8')).toBe('whole')
      expect(readdirSync(folder)).toEqual(['a'])
    })
  })
}
