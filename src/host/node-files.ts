/** Files on Node.js. */

import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileStatus, Files, LockRequest, NewFile } from './host.ts'
import { attempting, codeOf } from './node-errors.ts'

/** How a lock is taken; see `Files.lock`. */
export type TakeLock = (path: string, request: LockRequest) => Promise<Disposable>

/**
 * The name under which a file is written before it gets its own. There is one per folder, whose lock
 * the caller holds, so that crashes leave at most one piece of debris, which the next call removes.
 */
const temporaryName = '.netwright.tmp'

/**
 * Files through synchronous calls: they take microseconds, where the thread pool would take a
 * hundred, and a plugin has nothing else to do.
 *
 * A crash of the process leaves files as the port promises. Nothing is flushed with fsync(2), as
 * that can take longer than the whole call: after a loss of power a file that was created just
 * before may be missing or empty (a replaced one is the old or the new one where the file system
 * orders data before renames, as ext4, XFS and btrfs do). Readers treat an empty file as debris.
 */
export class NodeFiles implements Files {
  readonly #takeLock: TakeLock

  constructor(takeLock: TakeLock) {
    this.#takeLock = takeLock
  }

  async readText(path: string): Promise<string> {
    return attempting({ operation: 'read', object: path }, () => readFileSync(path, 'utf8'))
  }

  async findText(path: string): Promise<string | undefined> {
    return attempting({ operation: 'read', object: path }, () =>
      unlessAbsent(() => readFileSync(path, 'utf8')),
    )
  }

  async createWhole(path: string, file: NewFile): Promise<boolean> {
    return attempting({ operation: 'create', object: path }, () =>
      publish(path, file, (temporary) => linkUnlessTaken(temporary, path)),
    )
  }

  async replaceWhole(path: string, file: NewFile): Promise<void> {
    attempting({ operation: 'replace', object: path }, () =>
      publish(path, file, (temporary) => renameSync(temporary, path)),
    )
  }

  async remove(path: string): Promise<boolean> {
    return attempting({ operation: 'remove', object: path }, () => removeIfThere(path))
  }

  async list(path: string): Promise<readonly string[]> {
    return attempting({ operation: 'list', object: path }, () => readdirSync(path))
  }

  async ensureDirectory(path: string, mode: number): Promise<void> {
    attempting({ operation: 'create folder', object: path }, () => makeFolders(path, mode))
  }

  async findStatus(path: string): Promise<FileStatus | undefined> {
    const status = attempting({ operation: 'look up', object: path }, () =>
      unlessAbsent(() => statSync(path)),
    )
    if (status === undefined) return undefined
    return { kind: kindOf(status), device: status.dev, inode: status.ino, size: status.size }
  }

  async lock(path: string, request: LockRequest): Promise<Disposable> {
    return this.#takeLock(path, request)
  }
}

/** Writes the file under its temporary name, and has `giveName` give it the other. */
function publish<T>(path: string, file: NewFile, giveName: (temporary: string) => T): T {
  const temporary = join(dirname(path), temporaryName)
  removeIfThere(temporary)
  try {
    writeNew(temporary, file)
    return giveName(temporary)
  } finally {
    removeQuietly(temporary)
  }
}

function writeNew(path: string, { content, mode }: NewFile): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeFileSync(file, content)
  } finally {
    closeSync(file)
  }
}

/** link(2), unlike rename(2), never replaces what has the name. */
function linkUnlessTaken(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    throw thrown
  }
}

function removeIfThere(path: string): boolean {
  const removed = unlessAbsent(() => {
    unlinkSync(path)
    return true
  })
  return removed ?? false
}

/** The file already has its final name, or an error is on its way; and the next call tries again. */
function removeQuietly(path: string): void {
  try {
    removeIfThere(path)
  } catch {}
}

/** Not mkdirSync's `recursive`: on a read-only disk (EROFS) that tells of a missing folder (ENOENT). */
function makeFolders(path: string, mode: number): void {
  try {
    mkdirSync(path, mode)
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    if (code !== 'ENOENT' || dirname(path) === path) throw thrown
    makeFolders(dirname(path), mode)
    makeFolders(path, mode)
  }
}

/** Nothing when the path, or a folder on the way to it, is not there. */
function unlessAbsent<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw thrown
  }
}

function kindOf(status: Stats): FileStatus['kind'] {
  if (status.isFile()) return 'file'
  return status.isDirectory() ? 'directory' : 'other'
}
