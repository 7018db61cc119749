/** Files in memory, with locks. */

import type { FileStatus, Files, LockRequest, NewFile } from '#host/host.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeError } from './fake-errors.ts'

interface FakeFile extends NewFile {
  readonly kind: FileStatus['kind']
  readonly inode: number
}

/** `/a/b` of `/a/b/c`, `/` of `/a`. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/**
 * Absolute paths only. A lock that `lock` gave out is waited for without a limit, as another part of
 * the same test will release it; one taken by `occupyLock` is never released, so waiting for it
 * moves the clock by the whole time-out and fails.
 */
export class FakeFiles implements Files {
  readonly #clock: FakeClock
  readonly #files = new Map<string, FakeFile>()
  readonly #directories = new Map<string, number>([['/', 1]])
  readonly #links = new Map<string, string>()
  readonly #locks = new Map<string, Promise<void>>()
  readonly #occupied = new Set<string>()
  #nextInode = 2

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  /** Puts a file and the folders above it. */
  put(path: string, content = '', mode = 0o644): void {
    this.#addDirectories(parentOf(path))
    this.#write(path, { content, mode })
  }

  /** Puts a socket and the folders above it. */
  putSocket(path: string, mode: number): void {
    this.#addDirectories(parentOf(path))
    this.#write(path, { content: '', mode }, 'other')
  }

  /** Puts a symbolic link and the folders above it; nothing but `findLinkTarget` looks at it. */
  putLink(path: string, target: string): void {
    this.#addDirectories(parentOf(path))
    this.#links.set(path, target)
  }

  /** Every path and content, sorted by path. */
  snapshot(): Readonly<Record<string, string>> {
    const sorted = [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(sorted.map(([path, file]) => [path, file.content]))
  }

  /** The permission bits of a file, or nothing when it is absent. */
  modeOf(path: string): number | undefined {
    return this.#files.get(path)?.mode
  }

  /** Another process takes the lock at `path` and keeps it. */
  occupyLock(path: string): void {
    this.#occupied.add(path)
  }

  async readText(path: string): Promise<string> {
    const text = await this.findText(path)
    if (text === undefined) throw fakeError('ENOENT', 'read', path)
    return text
  }

  async findText(path: string): Promise<string | undefined> {
    if (this.#directories.has(path)) throw fakeError('EISDIR', 'read', path)
    return this.#files.get(path)?.content
  }

  async createWhole(path: string, file: NewFile): Promise<boolean> {
    this.#requireParent('create', path)
    if (this.#files.has(path) || this.#directories.has(path)) return false
    this.#write(path, file)
    return true
  }

  async replaceWhole(path: string, file: NewFile): Promise<void> {
    this.#requireParent('replace', path)
    if (this.#directories.has(path)) throw fakeError('EISDIR', 'replace', path)
    this.#write(path, file)
  }

  async copyWhole(from: string, to: string, mode: number): Promise<void> {
    const file = this.#files.get(from)
    if (file === undefined) throw fakeError('ENOENT', 'copy', from)
    await this.replaceWhole(to, { content: file.content, mode })
  }

  async append(path: string, text: string, mode: number): Promise<void> {
    this.#requireParent('append to', path)
    if (this.#directories.has(path)) throw fakeError('EISDIR', 'append to', path)
    const file = this.#files.get(path)
    this.#write(path, { content: `${file?.content ?? ''}${text}`, mode: file?.mode ?? mode })
  }

  async remove(path: string): Promise<boolean> {
    if (this.#directories.has(path)) throw fakeError('EISDIR', 'remove', path)
    return this.#files.delete(path)
  }

  async move(path: string, to: string): Promise<boolean> {
    const file = this.#files.get(path)
    if (file === undefined) return false
    this.#requireParent('move', to)
    this.#files.delete(path)
    this.#files.set(to, file)
    return true
  }

  async list(path: string): Promise<readonly string[]> {
    if (this.#files.has(path)) throw fakeError('ENOTDIR', 'list', path)
    if (!this.#directories.has(path)) throw fakeError('ENOENT', 'list', path)
    const paths = [...this.#directories.keys(), ...this.#files.keys()]
    const children = paths.filter((child) => child !== '/' && parentOf(child) === path)
    return children.map((child) => child.slice(child.lastIndexOf('/') + 1))
  }

  async ensureDirectory(path: string, _mode: number): Promise<void> {
    this.#addDirectories(path)
  }

  async findLinkTarget(path: string): Promise<string | undefined> {
    const isOther = this.#files.has(path) || this.#directories.has(path)
    if (isOther) throw fakeError('EINVAL', 'read link', path)
    return this.#links.get(path)
  }

  async findStatus(path: string): Promise<FileStatus | undefined> {
    const file = this.#files.get(path)
    if (file !== undefined) {
      const { kind, inode, mode, content } = file
      return { kind, device: 1, inode, mode, size: content.length }
    }
    const inode = this.#directories.get(path)
    return inode === undefined
      ? undefined
      : { kind: 'directory', device: 1, inode, mode: 0o755, size: 0 }
  }

  async lock(path: string, request: LockRequest): Promise<Disposable> {
    this.#requireParent('lock', path)
    if (!this.#files.has(path)) this.#write(path, { content: '', mode: request.mode })
    if (this.#occupied.has(path)) {
      await this.#clock.sleep(request.timeoutMs)
      throw fakeError('ETIMEDOUT', 'lock', path)
    }
    const previous = this.#locks.get(path)
    let release = (): void => {}
    this.#locks.set(path, new Promise((resolve) => (release = resolve)))
    await previous
    return { [Symbol.dispose]: release }
  }

  #write(path: string, file: NewFile, kind: FileStatus['kind'] = 'file'): void {
    this.#files.set(path, { ...file, kind, inode: this.#nextInode++ })
  }

  #addDirectories(path: string): void {
    if (this.#files.has(path)) throw fakeError('ENOTDIR', 'create folder', path)
    if (this.#directories.has(path)) return
    this.#addDirectories(parentOf(path))
    this.#directories.set(path, this.#nextInode++)
  }

  #requireParent(operation: string, path: string): void {
    if (!this.#directories.has(parentOf(path))) throw fakeError('ENOENT', operation, path)
  }
}
