/** What every host's files promise (`Files` of src/host/host.ts), but for locks. */

import { beforeEach, describe, expect, test } from 'vitest'
import type { Files } from '#host/host.ts'

export interface FilesUnderTest {
  readonly files: Files
  /** The path of an empty folder that may be filled. */
  readonly folder: string
  /** Makes a symbolic link, which no plugin ever does. */
  makeLink(path: string, target: string): void
}

const mode = 0o600

export function filesContract(open: () => FilesUnderTest): void {
  let files: Files
  let folder: string
  let makeLink: FilesUnderTest['makeLink']
  const at = (name: string): string => `${folder}/${name}`

  beforeEach(() => {
    const opened = open()
    files = opened.files
    folder = opened.folder
    makeLink = opened.makeLink
  })

  describe('reading', () => {
    test('gives the text of a file, whatever its language', async () => {
      await files.createWhole(at('a'), { content: 'grüße 🌍\r\n', mode })
      expect(await files.readText(at('a'))).toBe('grüße 🌍\r\n')
      expect(await files.findText(at('a'))).toBe('grüße 🌍\r\n')
    })

    test('names the absent file it must read, and finds none where it may be absent', async () => {
      await expect(files.readText(at('a'))).rejects.toMatchObject({
        name: 'SystemError',
        code: 'ENOENT',
        object: at('a'),
      })
      expect(await files.findText(at('a'))).toBeUndefined()
      expect(await files.findStatus(at('a'))).toBeUndefined()
    })

    test('refuses to read a folder as a file', async () => {
      await expect(files.findText(folder)).rejects.toMatchObject({ code: 'EISDIR', object: folder })
    })
  })

  describe('creating', () => {
    test('says that the name was free, and afterwards that it is taken', async () => {
      expect(await files.createWhole(at('a'), { content: 'first', mode })).toBe(true)
      expect(await files.createWhole(at('a'), { content: 'second', mode })).toBe(false)
      expect(await files.readText(at('a'))).toBe('first')
    })

    test('takes a folder of the name for taken', async () => {
      await files.ensureDirectory(at('a'), 0o755)
      expect(await files.createWhole(at('a'), { content: '', mode })).toBe(false)
    })

    test('lets one of many win', async () => {
      const rivals = Array.from({ length: 20 }, (_, number) =>
        files.createWhole(at('a'), { content: `${number}`, mode }),
      )
      const wins = await Promise.all(rivals)
      expect(wins.filter((won) => won)).toHaveLength(1)
      expect(await files.readText(at('a'))).toBe(`${wins.indexOf(true)}`)
    })

    test('leaves nothing beside the file, won or lost', async () => {
      await files.createWhole(at('a'), { content: 'first', mode })
      await files.createWhole(at('a'), { content: 'second', mode })
      expect(await files.list(folder)).toEqual(['a'])
    })

    test('names the file whose folder is missing', async () => {
      await expect(files.createWhole(at('b/a'), { content: '', mode })).rejects.toMatchObject({
        name: 'SystemError',
        code: 'ENOENT',
        object: at('b/a'),
      })
    })
  })

  describe('replacing', () => {
    test('creates a file, then overwrites it, and leaves nothing beside it', async () => {
      await files.replaceWhole(at('a'), { content: 'a longer text', mode })
      await files.replaceWhole(at('a'), { content: 'short', mode })
      expect(await files.readText(at('a'))).toBe('short')
      expect(await files.list(folder)).toEqual(['a'])
    })

    test('refuses to replace a folder, and leaves nothing behind', async () => {
      await files.ensureDirectory(at('a'), 0o755)
      const replacing = files.replaceWhole(at('a'), { content: '', mode })
      await expect(replacing).rejects.toMatchObject({ code: 'EISDIR', object: at('a') })
      expect(await files.list(folder)).toEqual(['a'])
    })

    test('copies a file in the place of another', async () => {
      await files.replaceWhole(at('program'), { content: 'program', mode })
      await files.replaceWhole(at('a'), { content: 'to go', mode })
      await files.copyWhole(at('program'), at('a'), 0o700)
      expect(await files.readText(at('a'))).toBe('program')
      expect(await files.findStatus(at('a'))).toMatchObject({ mode: 0o700 })
      expect((await files.list(folder)).toSorted()).toEqual(['a', 'program'])
    })

    test('copies nothing over a file when there is nothing to copy', async () => {
      await files.replaceWhole(at('a'), { content: 'kept', mode })
      const copying = files.copyWhole(at('none'), at('a'), mode)
      await expect(copying).rejects.toMatchObject({ name: 'SystemError', code: 'ENOENT' })
      expect(await files.readText(at('a'))).toBe('kept')
      expect(await files.list(folder)).toEqual(['a'])
    })

    test('gives the file another identity', async () => {
      await files.replaceWhole(at('a'), { content: '', mode })
      const before = await files.findStatus(at('a'))
      await files.replaceWhole(at('b'), { content: '', mode })
      await files.replaceWhole(at('a'), { content: '', mode })
      expect((await files.findStatus(at('a')))?.inode).not.toBe(before?.inode)
    })
  })

  describe('adding to the end', () => {
    test('creates the file, and leaves what is in it', async () => {
      await files.append(at('log'), 'grüße\n', mode)
      await files.append(at('log'), 'one\n', 0o777)
      expect(await files.readText(at('log'))).toBe('grüße\none\n')
      expect(await files.findStatus(at('log'))).toMatchObject({ mode })
    })

    test('names the file whose folder is missing', async () => {
      await expect(files.append(at('none/log'), 'one\n', mode)).rejects.toMatchObject({
        name: 'SystemError',
        code: 'ENOENT',
        operation: 'append to',
        object: at('none/log'),
      })
    })
  })

  describe('removing', () => {
    test('says whether the file was there', async () => {
      await files.createWhole(at('a'), { content: '', mode })
      expect(await files.remove(at('a'))).toBe(true)
      expect(await files.remove(at('a'))).toBe(false)
    })

    test('moves a file to a name that is free, and to one that is taken', async () => {
      await files.createWhole(at('a'), { content: 'one', mode })
      await files.createWhole(at('b'), { content: 'two', mode })
      expect(await files.move(at('a'), at('c'))).toBe(true)
      expect(await files.move(at('c'), at('b'))).toBe(true)
      expect(await files.readText(at('b'))).toBe('one')
      expect(await files.move(at('a'), at('b'))).toBe(false)
      expect(await files.readText(at('b'))).toBe('one')
    })

    test('refuses to remove a folder', async () => {
      await files.ensureDirectory(at('a'), 0o755)
      await expect(files.remove(at('a'))).rejects.toMatchObject({ code: 'EISDIR', object: at('a') })
    })
  })

  describe('folders', () => {
    test('are created with their parents, again and again', async () => {
      await files.ensureDirectory(at('a/b/c'), 0o755)
      await files.ensureDirectory(at('a/b/c'), 0o755)
      expect((await files.findStatus(at('a/b/c')))?.kind).toBe('directory')
    })

    test('list the names in them and not those further down', async () => {
      await files.ensureDirectory(at('a/b'), 0o755)
      await files.createWhole(at('c'), { content: '', mode })
      expect([...(await files.list(folder))].sort()).toEqual(['a', 'c'])
    })

    test('are named when they are missing or no folder', async () => {
      const absent = files.list(at('a'))
      await expect(absent).rejects.toMatchObject({ code: 'ENOENT', object: at('a') })
      await files.createWhole(at('a'), { content: '', mode })
      const file = files.list(at('a'))
      await expect(file).rejects.toMatchObject({ code: 'ENOTDIR', object: at('a') })
      await expect(files.ensureDirectory(at('a/b'), 0o755)).rejects.toMatchObject({
        code: 'ENOTDIR',
      })
    })
  })

  describe('a symbolic link', () => {
    test('tells where it leads, whether or not anything is there', async () => {
      makeLink(at('a'), '../nowhere/grüße')
      expect(await files.findLinkTarget(at('a'))).toBe('../nowhere/grüße')
      expect(await files.findLinkTarget(at('b'))).toBeUndefined()
    })

    test('is told from a file and a folder', async () => {
      await files.createWhole(at('a'), { content: '', mode })
      for (const path of [at('a'), folder]) {
        const refusal = { name: 'SystemError', code: 'EINVAL', object: path }
        await expect(files.findLinkTarget(path)).rejects.toMatchObject(refusal)
      }
    })
  })

  test('a status tells kind, size and identity', async () => {
    await files.createWhole(at('a'), { content: 'four', mode })
    await files.createWhole(at('b'), { content: 'four', mode })
    const [a, b] = [await files.findStatus(at('a')), await files.findStatus(at('b'))]
    expect(a).toMatchObject({ kind: 'file', size: 4, device: b?.device })
    expect(a?.inode).not.toBe(b?.inode)
  })
}
