import { describe, expect, test } from 'vitest'
import type { FileCalls } from '#host/file-calls.ts'
import type { Attempting } from '#host/refusal.ts'
import { SystemFiles } from '#host/system-files.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

type FakeErrorCode = Parameters<typeof fakeError>[0]

/** Calls that are told, and refused as a test wants it: `{ 'link /a/.netwright.tmp': ['EEXIST'] }`. */
class FakeCalls implements FileCalls {
  readonly made: string[] = []
  readonly #refusals: Record<string, FakeErrorCode[]>

  constructor(refusals: Record<string, FakeErrorCode[]>) {
    this.#refusals = refusals
  }

  readText = (path: string): string => this.#call('read', path) ?? 'text'
  createExclusive = (path: string): void => this.#call('create', path)
  append = (path: string): void => this.#call('append', path)
  copyExclusive = (_: string, to: string): void => this.#call('copy', to)
  link = (from: string): void => this.#call('link', from)
  readLink = (path: string): string => this.#call('readlink', path) ?? 'target'
  rename = (from: string): void => this.#call('rename', from)
  unlink = (path: string): void => this.#call('unlink', path)
  makeFolder = (path: string): void => this.#call('mkdir', path)
  list = (path: string): readonly string[] => this.#call('list', path) ?? []
  status = (path: string) => {
    this.#call('stat', path)
    return { kind: 'directory', device: 1, inode: 1, mode: 0o755, size: 0 } as const
  }

  #call(name: string, path: string): undefined {
    this.made.push(`${name} ${path}`)
    const code = this.#refusals[`${name} ${path}`]?.shift()
    if (code !== undefined) throw fakeError(code, name, path)
  }
}

const attempting: Attempting = (_, call) => call()
const takeLock = () => Promise.reject(new Error('no locks here'))
const file = { content: 'content', mode: 0o600 }
const temporary = '/a/.netwright.tmp'
let calls: FakeCalls

function open(refusals: Record<string, FakeErrorCode[]> = {}): SystemFiles {
  calls = new FakeCalls(refusals)
  return new SystemFiles({ calls, attempting, takeLock })
}

describe('creating a file', () => {
  test('writes it under another name, then gives it its own', async () => {
    expect(await open().createWhole('/a/b', file)).toBe(true)
    expect(calls.made).toEqual([`create ${temporary}`, `link ${temporary}`, `unlink ${temporary}`])
  })

  test('clears away what has the other name only if something has', async () => {
    const files = open({ [`create ${temporary}`]: ['EEXIST'] })
    expect(await files.createWhole('/a/b', file)).toBe(true)
    expect(calls.made.slice(0, 3)).toEqual([
      `create ${temporary}`,
      `unlink ${temporary}`,
      `create ${temporary}`,
    ])
  })

  test('gives up when the other name is taken again', async () => {
    const files = open({ [`create ${temporary}`]: ['EEXIST', 'EEXIST'] })
    await expect(files.createWhole('/a/b', file)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  test.each([
    ['the name is taken', `link ${temporary}`, 'EEXIST'],
    ['the disk is full', `create ${temporary}`, 'ENOSPC'],
  ] as const)('leaves nothing behind when %s', async (_, call, code) => {
    await open({ [call]: [code] })
      .createWhole('/a/b', file)
      .catch(() => false)
    expect(calls.made.at(-1)).toBe(`unlink ${temporary}`)
  })

  test('succeeds although the other name cannot be removed', async () => {
    const files = open({ [`unlink ${temporary}`]: ['EIO'] })
    expect(await files.createWhole('/a/b', file)).toBe(true)
  })
})

describe('replacing a file', () => {
  test('renames what it has written', async () => {
    await open().replaceWhole('/a/b', file)
    expect(calls.made).toEqual([`create ${temporary}`, `rename ${temporary}`])
  })

  test('leaves nothing behind when it fails', async () => {
    const files = open({ [`rename ${temporary}`]: ['EISDIR'] })
    await expect(files.replaceWhole('/a/b', file)).rejects.toMatchObject({ code: 'EISDIR' })
    expect(calls.made.at(-1)).toBe(`unlink ${temporary}`)
  })

  test.each([
    ['/b', '/.netwright.tmp'],
    ['b', './.netwright.tmp'],
  ])('writes beside %s', async (path, beside) => {
    await open().replaceWhole(path, file)
    expect(calls.made).toEqual([`create ${beside}`, `rename ${beside}`])
  })
})

describe('a folder', () => {
  test('that is there takes two calls', async () => {
    await open({ 'mkdir /a/b': ['EEXIST'] }).ensureDirectory('/a/b', 0o755)
    expect(calls.made).toEqual(['mkdir /a/b', 'stat /a/b'])
  })

  test('gets its parents from the last that is there', async () => {
    const files = open({ 'mkdir /a/b/c': ['ENOENT'], 'mkdir /a/b': ['ENOENT'] })
    await files.ensureDirectory('/a/b/c', 0o755)
    expect(calls.made).toEqual([
      'mkdir /a/b/c',
      'mkdir /a/b',
      'mkdir /a',
      'mkdir /a/b',
      'mkdir /a/b/c',
    ])
  })

  test('that somebody else makes meanwhile is there', async () => {
    const files = open({ 'mkdir /a/b': ['ENOENT', 'EEXIST'], 'mkdir /a': ['EEXIST'] })
    await files.ensureDirectory('/a/b', 0o755)
    expect(calls.made.at(-1)).toBe('stat /a/b')
  })

  test.each(['/proc/a', '', 'a'])('that can never be made (%j) is refused', async (path) => {
    const files = open({ [`mkdir ${path}`]: ['ENOENT', 'ENOENT'] })
    await expect(files.ensureDirectory(path, 0o755)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
