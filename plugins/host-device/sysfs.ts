/** What sysfs tells of devices: the bus they are on, their drivers, and their network interfaces. */

import { isSystemError } from '#base/system-error.ts'
import type { Files } from '#host/host.ts'

const buses = ['pci', 'auxiliary'] as const

export type Bus = (typeof buses)[number]

/** The folder that the kernel shows its devices in. */
const defaultRoot = '/sys'

/** Paths given and returned begin with `/sys`, wherever that is. */
export class Sysfs {
  readonly #files: Files
  readonly #root: string

  constructor(files: Files, root: string = defaultRoot) {
    this.#files = files
    this.#root = root
  }

  /** The bus that a device of this id is on; nothing when it is on none of ours. */
  async findBus(id: string): Promise<Bus | undefined> {
    for (const bus of buses) {
      const folder = this.#real(deviceFolder(bus, id))
      if ((await this.#files.findStatus(folder)) !== undefined) return bus
    }
    return undefined
  }

  /** The name of the driver that a device is bound to, if it is bound to one. */
  async findDriver(folder: string): Promise<string | undefined> {
    const target = await this.#files.findLinkTarget(`${this.#real(folder)}/driver`)
    return target?.replace(/^.*\//, '')
  }

  /**
   * The name of a device's network interface; of several, the first by name. That of a virtio device
   * is one level further down. Nothing also when the interface is in another network namespace.
   */
  async findLinkName(folder: string): Promise<string | undefined> {
    const path = this.#real(folder)
    const [own] = await this.#list(`${path}/net`)
    if (own !== undefined) return own
    for (const child of await this.#list(path)) {
      const [name] = child.startsWith('virtio') ? await this.#list(`${path}/${child}/net`) : []
      if (name !== undefined) return name
    }
    return undefined
  }

  #real(path: string): string {
    return `${this.#root}${path.slice(defaultRoot.length)}`
  }

  async #list(path: string): Promise<readonly string[]> {
    try {
      return [...(await this.#files.list(path))].sort()
    } catch (failure) {
      if (isSystemError(failure, 'ENOENT', 'ENOTDIR')) return []
      throw failure
    }
  }
}

/** The folder of a device on a bus. */
export function deviceFolder(bus: Bus, id: string): string {
  return `/sys/bus/${bus}/devices/${id}`
}
