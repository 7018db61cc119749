/** What a process takes, as the kernel accounts for it. */

import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessUse {
  /** Resident pages, in KiB. */
  readonly rssKib: number
  /** The same, with pages that several processes share counted in part, in KiB. */
  readonly pssKib: number
  /** Time on processors, in user and kernel mode, in milliseconds. */
  readonly cpuMs: number
  readonly descriptors: number
  readonly threads: number
}

/** `USER_HZ`, which is 100 on every machine that Node.js runs on. */
const ticksPerSecond = 100

/** proc(5): `smaps_rollup`, `stat`, `fd` and `task` of a process. @throws Error when it has ended */
export function processUse(pid: number): ProcessUse {
  const folder = `/proc/${pid}`
  const memory = readFileSync(`${folder}/smaps_rollup`, 'utf8')
  return {
    rssKib: readKib(memory, 'Rss'),
    pssKib: readKib(memory, 'Pss'),
    cpuMs: readCpuMs(readFileSync(`${folder}/stat`, 'utf8')),
    descriptors: readdirSync(`${folder}/fd`).length,
    threads: readdirSync(`${folder}/task`).length,
  }
}

function readKib(text: string, name: string): number {
  return Number(new RegExp(`^${name}: *(\\d+) kB$`, 'm').exec(text)?.[1])
}

// The second field is the program's name, which may hold anything, in parentheses.
function readCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [fields[11], fields[12]]
  return ((Number(user) + Number(system)) * 1000) / ticksPerSecond
}
