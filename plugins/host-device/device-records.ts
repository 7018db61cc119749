/** The folder of the records of devices, a file each. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Files } from '#host/host.ts'
import { type DeviceRecord, formatRecord, parseRecord } from './record.ts'

const folderMode = 0o700
const fileMode = 0o600

/** A call holds the lock for some ten milliseconds, mostly. */
const lockTimeoutMs = 60_000

/** What there is of a device. */
export interface Finding {
  readonly record?: DeviceRecord
  /** Why a file makes no sense: a loss of power, or a person, damaged it. */
  readonly damage?: CniError
}

/** Everything but `lock` is called with the lock held. A record is `NAME.json`. */
export class DeviceRecords {
  readonly #files: Files
  readonly #folder: string

  constructor(files: Files, folder: string) {
    this.#files = files
    this.#folder = folder.replace(/\/+$/, '')
  }

  /** Creates the folder where it is missing, and keeps everyone else out until it is disposed. */
  async lock(): Promise<Disposable> {
    await this.#files.ensureDirectory(this.#folder, folderMode)
    return this.#files.lock(`${this.#folder}/lock`, { mode: fileMode, timeoutMs: lockTimeoutMs })
  }

  /** The same where there is a folder; where there is none nothing has to be locked. */
  async findLock(): Promise<Disposable | undefined> {
    const status = await this.#files.findStatus(this.#folder)
    return status === undefined ? undefined : this.lock()
  }

  /** @param device a valid name of a link */
  async find(device: string): Promise<Finding> {
    const path = this.pathOf(device)
    const text = await this.#files.findText(path)
    if (text === undefined) return {}
    try {
      const record = parseRecord(text)
      return record.device === device ? { record } : {}
    } catch (cause) {
      const msg = `read ${path}: the file is damaged, so ${device} cannot be made what it was`
      const damage = new CniError(cniErrorCodes.internal, msg, messageOf(cause), { cause })
      return { damage }
    }
  }

  /** Every record that makes sense. */
  async list(): Promise<readonly DeviceRecord[]> {
    const records: DeviceRecord[] = []
    for (const name of await this.#listNames()) {
      if (!name.endsWith(suffix)) continue
      const { record } = await this.find(name.slice(0, -suffix.length))
      if (record !== undefined) records.push(record)
    }
    return records
  }

  write(record: DeviceRecord): Promise<void> {
    const file = { content: formatRecord(record), mode: fileMode }
    return this.#files.replaceWhole(this.pathOf(record.device), file)
  }

  async remove(device: string): Promise<void> {
    await this.#files.remove(this.pathOf(device))
  }

  pathOf(device: string): string {
    return `${this.#folder}/${device}${suffix}`
  }

  async #listNames(): Promise<readonly string[]> {
    try {
      return await this.#files.list(this.#folder)
    } catch (failure) {
      if (isSystemError(failure, 'ENOENT')) return []
      throw failure
    }
  }
}

const suffix = '.json'
