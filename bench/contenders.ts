/** The programs that are compared: each is a main plugin with its IPAM plugins. */

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

/** What addresses come from. */
const ipamTypes = ['host-local', 'dhcp']

export type ContenderName = (typeof contenderNames)[number]

export interface Contender {
  readonly name: ContenderName
  /** The command line of the main plugin. */
  readonly command: readonly string[]
  /** CNI_PATH, where it finds host-local and dhcp. */
  readonly path: string
  /** What an ADD needs on the disk, where that can be told. */
  readonly files: readonly string[]
}

const prepare: Readonly<Record<ContenderName, (type: string) => Contender>> = {
  netwright: prepareExecutable,
  go: prepareGo,
  floor: prepareFloor,
  node: prepareNode,
}

/** Gets a contender ready to be called as a main plugin. @throws Error naming what is not there */
export function contender(name: ContenderName, type: string): Contender {
  const prepared = prepare[name](type)
  for (const file of [...prepared.files, ...prepared.command]) {
    if (!existsSync(file)) throw new Error(`prepare ${name}: ${file} is not there`)
  }
  return prepared
}

/** How many bytes its files have. */
export function sizeOf({ files }: Contender): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

function prepareExecutable(type: string): Contender {
  const programs = resolve('dist/bin')
  const path = emptyFolder(type, 'netwright')
  for (const name of [type, ...ipamTypes].filter((name) => existsSync(join(programs, name)))) {
    linkSync(join(programs, name), join(path, name))
  }
  const files = [join(programs, 'netwright')]
  return { name: 'netwright', command: [join(path, type)], path, files }
}

/** Where Debian's package containernetworking-plugins has the reference plugins. */
function prepareGo(type: string): Contender {
  const path = '/usr/lib/cni'
  const files = [join(path, type), join(path, 'host-local')]
  return { name: 'go', command: [join(path, type)], path, files }
}

/** It is no plugin of anybody's but does what macvlan does, and has nobody to delegate to. */
function prepareFloor(): Contender {
  const program = resolve(programs, 'floor')
  return { name: 'floor', command: [program], path: '/nowhere', files: [program] }
}

function prepareNode(type: string): Contender {
  const node = realpathSync(process.execPath)
  const path = emptyFolder(type, 'node')
  for (const ipam of ipamTypes) {
    const wrapper = join(path, ipam)
    writeFileSync(wrapper, `#!/bin/sh\nexec ${node} ${resolve(`dist/ipam/${ipam}.js`)} "$@"\n`)
    chmodSync(wrapper, 0o755)
  }
  return { name: 'node', command: [node, resolve(`dist/plugins/${type}.js`)], path, files: [] }
}

function emptyFolder(type: string, name: string): string {
  const folder = resolve(programs, 'path', type, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}
