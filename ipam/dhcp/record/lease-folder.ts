/** The folder in which a daemon keeps its leases, beside its socket. */

import { isSystemError } from '#base/system-error.ts'
import type { Digests, Files } from '#host/host.ts'
import { describeKey, type LeaseKey } from './lease-order.ts'
import { decodeRecord, encodeRecord, type LeaseRecord } from './lease-record.ts'

/** What a folder needs of the host. */
export interface FolderSite {
  readonly files: Files
  readonly digests: Digests
}

/** A file, and why it cannot be read. */
export interface DamagedRecord {
  readonly path: string
  readonly error: unknown
}

const suffix = '.json'
const nameDigits = 32
/** Whoever has the lock may write: a daemon all its life, or a plugin while there is none. */
const lockName = 'lock'

/** One file for each lease. Writers hold the lock. */
export class LeaseFolder {
  readonly path: string
  readonly #site: FolderSite

  /** @param socketPath of the daemon, as this process sees it */
  constructor(site: FolderSite, socketPath: string) {
    this.#site = site
    this.path = `${socketPath}.leases`
  }

  /**
   * Takes the folder for this process, and makes it if need be.
   *
   * @throws SystemError, `ETIMEDOUT` when another process has it for all that time
   */
  async lock(timeoutMs: number): Promise<Disposable> {
    const { files } = this.#site
    await files.ensureDirectory(this.path, 0o700)
    return await files.lock(`${this.path}/${lockName}`, { mode: 0o600, timeoutMs })
  }

  /** @throws SystemError; a full disk leaves what was there */
  async write(record: LeaseRecord): Promise<void> {
    const file = { content: encodeRecord(record), mode: 0o600 }
    await this.#site.files.replaceWhole(this.#pathOf(record.order.key), file)
  }

  async remove(key: LeaseKey): Promise<void> {
    await this.#site.files.remove(this.#pathOf(key))
  }

  /** @throws SystemError or ConfigError */
  async find(key: LeaseKey): Promise<LeaseRecord | undefined> {
    const content = await this.#site.files.findText(this.#pathOf(key))
    return content === undefined ? undefined : decodeRecord(content)
  }

  /** Every lease, and every file that is none. */
  async readAll(): Promise<readonly (LeaseRecord | DamagedRecord)[]> {
    const names = (await this.#listNames()).filter((name) => name.endsWith(suffix)).sort()
    const read: (LeaseRecord | DamagedRecord)[] = []
    for (const name of names) {
      const found = await this.#read(`${this.path}/${name}`)
      if (found !== undefined) read.push(found)
    }
    return read
  }

  async #read(path: string): Promise<LeaseRecord | DamagedRecord | undefined> {
    try {
      const content = await this.#site.files.findText(path)
      return content === undefined ? undefined : decodeRecord(content)
    } catch (error) {
      return { path, error }
    }
  }

  async #listNames(): Promise<readonly string[]> {
    try {
      return await this.#site.files.list(this.path)
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return []
      throw error
    }
  }

  /** Names of containers may be longer than those of files. */
  #pathOf(key: LeaseKey): string {
    const digest = this.#site.digests.sha512(describeKey(key)).slice(0, nameDigits)
    return `${this.path}/${digest}${suffix}`
  }
}
