/** The programs that are compared: each is macvlan with host-local. */

import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { programs } from './runner.ts'

export const contenderNames = ['netwright', 'go', 'floor', 'node'] as const

export type ContenderName = (typeof contenderNames)[number]

export interface Contender {
  readonly name: ContenderName
  /** The command line of macvlan. */
  readonly command: readonly string[]
  /** CNI_PATH, where macvlan finds host-local. */
  readonly path: string
  /** What an ADD needs on the disk, where that can be told. */
  readonly files: readonly string[]
}

const prepare: Readonly<Record<ContenderName, () => Contender>> = {
  netwright: prepareExecutable,
  go: prepareGo,
  floor: prepareFloor,
  node: prepareNode,
}

/** Gets a contender ready to be called. @throws Error naming what is not there */
export function contender(name: ContenderName): Contender {
  const prepared = prepare[name]()
  for (const file of prepared.files) {
    if (!existsSync(file)) throw new Error(`prepare ${name}: ${file} is not there`)
  }
  return prepared
}

/** How many bytes its files have. */
export function sizeOf({ files }: Contender): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

function prepareExecutable(): Contender {
  const executable = resolve('dist/bin/netwright')
  const path = emptyFolder('netwright')
  if (existsSync(executable)) {
    for (const type of ['macvlan', 'host-local']) linkSync(executable, join(path, type))
  }
  return { name: 'netwright', command: [join(path, 'macvlan')], path, files: [executable] }
}

/** Where Debian's package containernetworking-plugins has the reference plugins. */
function prepareGo(): Contender {
  const path = '/usr/lib/cni'
  const files = [join(path, 'macvlan'), join(path, 'host-local')]
  return { name: 'go', command: [join(path, 'macvlan')], path, files }
}

/** It is no plugin of anybody's, and has nobody to delegate to. */
function prepareFloor(): Contender {
  const program = resolve(programs, 'floor')
  return { name: 'floor', command: [program], path: '/nowhere', files: [program] }
}

function prepareNode(): Contender {
  const node = realpathSync(process.execPath)
  const path = emptyFolder('node')
  const wrapper = join(path, 'host-local')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${node} ${resolve('dist/ipam/host-local.js')}\n`)
  chmodSync(wrapper, 0o755)
  return { name: 'node', command: [node, resolve('dist/plugins/macvlan.js')], path, files: [] }
}

function emptyFolder(name: string): string {
  const folder = resolve(programs, 'path', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}
