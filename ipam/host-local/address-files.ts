/** The folder in which a network keeps which address is whose, a file each. */

import { isSystemError } from '#base/system-error.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { Files } from '#host/host.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'

/** An address that is taken: the file of this name in the folder. */
export interface Reservation {
  readonly name: string
  readonly address: IpAddress
  /**
   * Whose it is, without white space around it. It is empty when the process that took it, which
   * was not ours, died between creating the file and writing to it.
   */
  readonly owner: string
}

const folderMode = 0o755
const lockMode = 0o750
const fileMode = 0o600

/** A call holds the lock for milliseconds, so this is long enough for any queue of calls. */
const lockTimeoutMs = 60_000

/** What the file of an attachment's address says: the container, and the interface in it. */
export function formatOwner({ containerId, ifName }: Attachment): string {
  return `${containerId.trim()}\r\n${ifName}`
}

/** Whether an owner is the attachment or, in a file of an old version, its container. */
export function isHeldBy(owner: string, attachment: Attachment): boolean {
  return owner === formatOwner(attachment) || owner === attachment.containerId.trim()
}

/** An owner as a phrase: `container abc, interface net1`. */
export function describeOwner(owner: string): string {
  const [containerId = '', ifName] = owner.split('\r\n')
  if (containerId === '') return 'something unknown'
  return ifName === undefined
    ? `container ${containerId}`
    : `container ${containerId}, interface ${ifName}`
}

/**
 * The store of one network. Names, contents, modes and the lock are those of the reference plugin's
 * store, so that either plugin can release what the other reserved:
 *
 * - `10.1.2.3`, `2001:db8::1`: a taken address; the content is `formatOwner`, or in files of old
 *   versions the container alone
 * - `last_reserved_ip.0`: the address that range set 0 gave away last
 * - `lock`: held with flock(2) by whoever changes something here
 *
 * Other files, and folders, are not ours. Except for `lock` itself, what changes something here is
 * called with the lock held.
 */
export class AddressFiles {
  readonly folder: string
  readonly #files: Files

  constructor(files: Files, folder: string) {
    this.#files = files
    this.folder = folder
  }

  /** Creates the folder where it is missing. */
  ensureFolder(): Promise<void> {
    return this.#files.ensureDirectory(this.folder, folderMode)
  }

  /** Keeps everyone else out until it is disposed. @throws SystemError `ETIMEDOUT` after a minute */
  lock(): Promise<Disposable> {
    return this.#files.lock(this.#path('lock'), { mode: lockMode, timeoutMs: lockTimeoutMs })
  }

  /** Every name in the folder, whatever it means; none when there is no folder. */
  async listNames(): Promise<readonly string[]> {
    try {
      return await this.#files.list(this.folder)
    } catch (failure) {
      if (isSystemError(failure, 'ENOENT')) return []
      throw failure
    }
  }

  /** The reservations among these names, as far as they still exist. */
  async readReservations(names: readonly string[]): Promise<readonly Reservation[]> {
    const reservations: Reservation[] = []
    for (const name of names) {
      const reservation = await this.findReservation(name)
      if (reservation !== undefined) reservations.push(reservation)
    }
    return reservations
  }

  /** The reservation of this name, or nothing when it is gone or never was one. */
  async findReservation(name: string): Promise<Reservation | undefined> {
    const address = findIpAddress(name)
    if (address === undefined) return undefined
    const owner = await this.#findOwner(name)
    return owner === undefined ? undefined : { name, address, owner }
  }

  /** Whose the address is, or nothing when it is free. */
  findOwner(address: IpAddress): Promise<string | undefined> {
    return this.#findOwner(`${address}`)
  }

  /** Takes a free address; returns whether it was free. */
  reserve(address: IpAddress, owner: string): Promise<boolean> {
    return this.#files.createWhole(this.#path(`${address}`), { content: owner, mode: fileMode })
  }

  /** Takes an address whose file is there without saying whose it is. */
  reclaim(address: IpAddress, owner: string): Promise<void> {
    return this.#files.replaceWhole(this.#path(`${address}`), { content: owner, mode: fileMode })
  }

  /** Frees the address in the file of this name; returns whether it was there. */
  release(name: string): Promise<boolean> {
    return this.#files.remove(this.#path(name))
  }

  /** The address that range set `id` gave away last; nothing also when the file makes no sense. */
  async findLastReserved(id: number): Promise<IpAddress | undefined> {
    const text = await this.#files.findText(this.#lastReservedPath(id))
    return text === undefined ? undefined : findIpAddress(text)
  }

  setLastReserved(id: number, address: IpAddress): Promise<void> {
    const file = { content: `${address}`, mode: fileMode }
    return this.#files.replaceWhole(this.#lastReservedPath(id), file)
  }

  async #findOwner(name: string): Promise<string | undefined> {
    try {
      return (await this.#files.findText(this.#path(name)))?.trim()
    } catch (failure) {
      // A folder with the name of an address is nobody's reservation.
      if (isSystemError(failure, 'EISDIR')) return undefined
      throw failure
    }
  }

  #lastReservedPath(id: number): string {
    return this.#path(`last_reserved_ip.${id}`)
  }

  #path(name: string): string {
    return `${this.folder}/${name}`
  }
}
