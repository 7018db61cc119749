/** A program that uses a tap, as a hypervisor does. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Lines, linesOf } from './lines.ts'
import type { LabNamespace } from './namespace.ts'

const script = fileURLToPath(new URL('../fixtures/tap/use.py', import.meta.url))

/** What it says: `open` when it has the tap, then each frame that comes out as hexadecimal digits. */
export interface TapUser extends Lines {
  /** Gives the tap a frame, as hexadecimal digits. */
  give(frame: string): void
  stop(): void
}

/** Has a user, by number, open a tap; a user other than 0 without any privilege. */
export function useTap(space: LabNamespace, link: string, user = 0): TapUser {
  const command = space.inside('/usr/bin/python3', script, link, String(user))
  const [program = '', ...parameters] = command
  const child = spawn(program, parameters)
  return {
    ...linesOf(child),
    give: (frame) => void child.stdin.write(`${frame}\n`),
    stop: () => child.kill(),
  }
}
