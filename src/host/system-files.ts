/** Files, by the system calls that an engine supplies. */

import type { FileCalls } from './file-calls.ts'
import type { FileStatus, Files, LockRequest, NewFile } from './host.ts'
import { folderOf } from './path.ts'
import { type Attempting, codeOf } from './refusal.ts'

/** How a lock is taken; see `Files.lock`. */
export type TakeLock = (path: string, request: LockRequest) => Promise<Disposable>

/** What an engine supplies. */
export interface FileEngine {
  readonly calls: FileCalls
  readonly attempting: Attempting
  readonly takeLock: TakeLock
}

/**
 * The name under which a file is written before it gets its own. There is one per folder, whose lock
 * the caller holds, so that crashes leave at most one piece of debris, which the next call removes.
 */
const temporaryName = '.netwright.tmp'

/**
 * A crash of the process leaves files as the port promises. Nothing is flushed with fsync(2), as
 * that can take longer than the whole call: after a loss of power a file that was created just
 * before may be missing or empty (a replaced one is the old or the new one where the file system
 * orders data before renames, as ext4, XFS and btrfs do). Readers treat an empty file as debris.
 */
export class SystemFiles implements Files {
  readonly #calls: FileCalls
  readonly #attempting: Attempting
  readonly #takeLock: TakeLock

  constructor({ calls, attempting, takeLock }: FileEngine) {
    this.#calls = calls
    this.#attempting = attempting
    this.#takeLock = takeLock
  }

  async readText(path: string): Promise<string> {
    return this.#attempting({ operation: 'read', object: path }, () => this.#calls.readText(path))
  }

  async findText(path: string): Promise<string | undefined> {
    return this.#attempting({ operation: 'read', object: path }, () =>
      unlessAbsent(() => this.#calls.readText(path)),
    )
  }

  async createWhole(path: string, file: NewFile): Promise<boolean> {
    return this.#attempting({ operation: 'create', object: path }, () => this.#create(path, file))
  }

  async replaceWhole(path: string, file: NewFile): Promise<void> {
    this.#attempting({ operation: 'replace', object: path }, () =>
      this.#replace(path, (temporary) => this.#calls.createExclusive(temporary, file)),
    )
  }

  async copyWhole(from: string, to: string, mode: number): Promise<void> {
    this.#attempting({ operation: 'copy', object: `${from} to ${to}` }, () =>
      this.#replace(to, (temporary) => this.#calls.copyExclusive(from, temporary, mode)),
    )
  }

  async append(path: string, text: string, mode: number): Promise<void> {
    this.#attempting({ operation: 'append to', object: path }, () =>
      this.#calls.append(path, { content: text, mode }),
    )
  }

  async remove(path: string): Promise<boolean> {
    return this.#attempting({ operation: 'remove', object: path }, () => this.#removeIfThere(path))
  }

  async move(path: string, to: string): Promise<boolean> {
    const moved = this.#attempting({ operation: 'move', object: `${path} to ${to}` }, () =>
      unlessAbsent(() => {
        this.#calls.rename(path, to)
        return true
      }),
    )
    return moved ?? false
  }

  async list(path: string): Promise<readonly string[]> {
    return this.#attempting({ operation: 'list', object: path }, () => this.#calls.list(path))
  }

  async ensureDirectory(path: string, mode: number): Promise<void> {
    this.#attempting({ operation: 'create folder', object: path }, () =>
      this.#makeFolders(path, mode),
    )
  }

  async findLinkTarget(path: string): Promise<string | undefined> {
    return this.#attempting({ operation: 'read link', object: path }, () =>
      unlessAbsent(() => this.#calls.readLink(path)),
    )
  }

  async findStatus(path: string): Promise<FileStatus | undefined> {
    return this.#attempting({ operation: 'look up', object: path }, () =>
      unlessAbsent(() => this.#calls.status(path)),
    )
  }

  lock(path: string, request: LockRequest): Promise<Disposable> {
    return this.#takeLock(path, request)
  }

  #create(path: string, file: NewFile): boolean {
    const temporary = temporaryBeside(path)
    try {
      this.#writeTemporary(temporary, () => this.#calls.createExclusive(temporary, file))
      return this.#linkUnlessTaken(temporary, path)
    } finally {
      this.#removeQuietly(temporary)
    }
  }

  #replace(path: string, write: (temporary: string) => void): void {
    const temporary = temporaryBeside(path)
    try {
      this.#writeTemporary(temporary, () => write(temporary))
      this.#calls.rename(temporary, path)
    } catch (thrown) {
      this.#removeQuietly(temporary)
      throw thrown
    }
  }

  /** What has the name is debris, as the caller holds the lock. */
  #writeTemporary(temporary: string, write: () => void): void {
    try {
      write()
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown
      this.#removeIfThere(temporary)
      write()
    }
  }

  /** link(2), unlike rename(2), never replaces what has the name. */
  #linkUnlessTaken(from: string, to: string): boolean {
    try {
      this.#calls.link(from, to)
      return true
    } catch (thrown) {
      if (codeOf(thrown) === 'EEXIST') return false
      throw thrown
    }
  }

  #removeIfThere(path: string): boolean {
    const removed = unlessAbsent(() => {
      this.#calls.unlink(path)
      return true
    })
    return removed ?? false
  }

  /** The file already has its final name, or an error is on its way; and the next call tries again. */
  #removeQuietly(path: string): void {
    try {
      this.#removeIfThere(path)
    } catch {}
  }

  /** From the last folder up: nearly always that is there, or only it is missing. */
  #makeFolders(path: string, mode: number): void {
    try {
      this.#makeFolder(path, mode)
    } catch (thrown) {
      const parent = folderOf(path)
      if (codeOf(thrown) !== 'ENOENT' || parent === path) throw thrown
      this.#makeFolders(parent, mode)
      this.#makeFolder(path, mode)
    }
  }

  #makeFolder(path: string, mode: number): void {
    try {
      this.#calls.makeFolder(path, mode)
    } catch (thrown) {
      const isThere = codeOf(thrown) === 'EEXIST' && this.#calls.status(path).kind === 'directory'
      if (!isThere) throw thrown
    }
  }
}

function temporaryBeside(path: string): string {
  const folder = folderOf(path)
  return folder === '/' ? `/${temporaryName}` : `${folder}/${temporaryName}`
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
