/** Frames on a link, as tcpdump sees them. */

import { spawn } from 'node:child_process'
import { type Lines, linesOf } from './lines.ts'
import type { LabNamespace } from './namespace.ts'

/** The lines of tcpdump. */
export interface Capture extends Lines {
  stop(): void
}

/** Listens on a link; ready when this returns. */
export async function capture(space: LabNamespace, link: string, filter: string): Promise<Capture> {
  const [program = '', ...parameters] = space.inside(
    // Not promiscuously: that would change what arrives.
    ...['tcpdump', '-p', '-l', '-n', '-tt', '-e', '-xx', '--immediate-mode', '-Z', 'root'],
    ...['-i', link, filter],
  )
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = linesOf(child)
  await lines.waitFor(/listening on/)
  return { ...lines, stop: () => child.kill() }
}

/** When tcpdump saw a frame, in milliseconds since 1970. */
export function captureTimeMs(line: string): number {
  return Number(line.split(' ')[0]) * 1000
}
