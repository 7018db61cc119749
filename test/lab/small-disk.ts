/** A disk that has little room, and soon none. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSync } from './command.ts'
import type { Lab } from './lab.ts'

const pageSize = 4096
const page = 'x'.repeat(pageSize)

/** A disk of its own for the lab's data directory, with room for so many pages and files. */
export class SmallDisk {
  readonly folder: string
  readonly #ballast: string[] = []

  constructor(lab: Lab) {
    this.folder = lab.dataDir()
    mkdirSync(this.folder)
    runSync(['mount', '-t', 'tmpfs', '-o', 'size=64k,nr_inodes=32', 'tmpfs', this.folder])
    lab.afterwards(() => runSync(['umount', this.folder]))
  }

  /** Writes to the disk until there is no room for another byte, or for another file. */
  fill(resource: 'byte' | 'file'): void {
    for (;;) {
      const path = join(this.folder, `ballast-${this.#ballast.length}`)
      try {
        writeFileSync(path, resource === 'byte' ? page : '')
        this.#ballast.push(path)
      } catch (error) {
        rmSync(path, { force: true })
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
        throw error
      }
    }
  }

  /** Makes room again: for everything, or for so many pages or files. */
  makeRoom(count: number = this.#ballast.length): void {
    for (const path of this.#ballast.splice(-count)) rmSync(path)
  }

  /** Forbids, or allows, every change. */
  remount(mode: 'ro' | 'rw'): void {
    runSync(['mount', '-o', `remount,${mode}`, this.folder])
  }
}
