/** What this node knows of its attachments: those that it has, and those that are to be given back. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { Files } from '#host/host.ts'
import { type AttachmentRecord, formatRecord, parseRecord } from './attachment-record.ts'

const folderMode = 0o700
const fileMode = 0o600
/** Whoever has the lock writes one file. */
const lockTimeoutMs = 10_000

/** `attached`: an ADD was begun; `released`: a DEL could not do its work, and others have to. */
export type LedgerPart = 'attached' | 'released'

/**
 * A file for each attachment, named after the container and the interface, in the folder of the part
 * that it is in. A pool does not tell which node its allocations are of; this is how a node knows
 * which it may give back, also when nobody answered at the time.
 */
export class Ledger {
  readonly #files: Files
  readonly #folder: string

  constructor(files: Files, dataDir: string) {
    this.#files = files
    this.#folder = dataDir
  }

  /** @throws SystemError */
  async write(part: LedgerPart, record: AttachmentRecord): Promise<void> {
    const folder = `${this.#folder}/${part}`
    await this.#files.ensureDirectory(folder, folderMode)
    // While there is room: a full disk is not to keep it from being released.
    await this.#files.ensureDirectory(`${this.#folder}/released`, folderMode)
    const request = { mode: fileMode, timeoutMs: lockTimeoutMs }
    using _lock = await this.#files.lock(`${folder}.lock`, request)
    const file = { content: formatRecord(record), mode: fileMode }
    await this.#files.replaceWhole(`${folder}/${nameOf(record)}`, file)
  }

  /** @throws SystemError, CniError when it cannot be read */
  async find(part: LedgerPart, attachment: Attachment): Promise<AttachmentRecord | undefined> {
    const path = `${this.#folder}/${part}/${nameOf(attachment)}`
    const content = await this.#files.findText(path)
    // An empty one is what a loss of power left of it.
    return content ? read(path, content) : undefined
  }

  /** Whose records a part has. @throws SystemError */
  async list(part: LedgerPart): Promise<readonly Attachment[]> {
    const names = await this.#names(part)
    return names.map((name) => {
      const end = name.indexOf(separator)
      return { containerId: name.slice(0, end), ifName: name.slice(end + 1) }
    })
  }

  /**
   * Makes what is attached one of those to be given back, for which a full disk has room too. Returns
   * whether there was a record.
   *
   * @throws SystemError
   */
  async release(attachment: Attachment): Promise<boolean> {
    const name = nameOf(attachment)
    return this.#files.move(`${this.#folder}/attached/${name}`, `${this.#folder}/released/${name}`)
  }

  /**
   * Keeps everybody else from giving back what is released: an attachment that is made anew is not to
   * lose what it has just got.
   *
   * @throws SystemError `ETIMEDOUT`
   */
  async lockReleased(timeoutMs: number): Promise<Disposable> {
    await this.#files.ensureDirectory(this.#folder, folderMode)
    return this.#files.lock(`${this.#folder}/settle.lock`, { mode: fileMode, timeoutMs })
  }

  /** Passes when there is none. @throws SystemError */
  async remove(part: LedgerPart, attachment: Attachment): Promise<void> {
    await this.#files.remove(`${this.#folder}/${part}/${nameOf(attachment)}`)
  }

  async #names(part: LedgerPart): Promise<readonly string[]> {
    try {
      const names = await this.#files.list(`${this.#folder}/${part}`)
      return names.filter((name) => name.includes(separator))
    } catch (failure) {
      if (isSystemError(failure, 'ENOENT')) return []
      throw failure
    }
  }
}

function read(path: string, content: string): AttachmentRecord {
  try {
    return parseRecord(content)
  } catch (cause) {
    const msg = `read ${path}: ${messageOf(cause)}`
    const hint = 'remove the file; what it stands for is freed by the controller'
    throw new CniError(cniErrorCodes.internal, msg, hint, { cause })
  }
}

/** Neither part can have it. */
const separator = ':'

function nameOf({ containerId, ifName }: Attachment): string {
  return `${containerId}${separator}${ifName}`
}
