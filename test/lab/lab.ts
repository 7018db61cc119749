/** The vocabulary of the end-to-end tests: hosts, pods and cables that take themselves away. */

import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { pluginCommand } from './cni-call.ts'
import type { LabNamespace } from './namespace.ts'
import { allTypes } from './plugin-types.ts'
import { Pod } from './pod.ts'
import { Workshop } from './workshop.ts'

/** Where Debian's package containernetworking-plugins keeps the reference plugins. */
export const goPlugins = '/usr/lib/cni'

/** What one test has built. Everything is taken away when the test ends, newest first. */
export class Lab extends Workshop {
  /** A machine that plugins are called on. */
  host(): LabNamespace {
    return this.namespace('host')
  }

  /** A container's sandbox on a host, with calls of plugins for it. */
  pod(host: LabNamespace): Pod {
    const space = this.namespace('pod')
    return new Pod(space, { host, path: [this.pluginFolder()] })
  }

  /** A folder for host-local's files. */
  dataDir(): string {
    return join(this.folder, 'networks')
  }

  /** A folder for host-device's records. */
  deviceDir(): string {
    return join(this.folder, 'devices')
  }

  /** The addresses taken in a network, by their files. */
  takenAddresses(network: unknown): readonly string[] {
    const folder = join(this.dataDir(), String(network))
    try {
      return readdirSync(folder)
        .filter((name) => /^([0-9]+\.|[0-9a-f]*:)/.test(name))
        .sort()
    } catch {
      return []
    }
  }

  /** A CNI_PATH folder with an executable for each of our plugins. */
  pluginFolder(): string {
    const folder = join(this.folder, 'bin')
    mkdirSync(folder, { recursive: true })
    for (const type of allTypes) this.#install(type, folder)
    return folder
  }

  #install(type: string, folder: string): void {
    const [program = '', ...rest] = pluginCommand(type)
    const path = join(folder, type)
    rmSync(path, { force: true })
    if (rest.length === 0) symlinkSync(program, path)
    else this.executable(join('bin', type), `exec ${program} ${rest.join(' ')}`)
  }

  /** An executable shell script in the test's folder; returns its path. */
  executable(name: string, script: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
}

/** A test with a lab. */
export const test = base.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures used from the pattern
  lab: async ({}, use) => {
    const lab = new Lab()
    try {
      await use(lab)
    } finally {
      await lab.dispose()
    }
  },
})
