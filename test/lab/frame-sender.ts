/** A program that sends any frames on a link. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Lab } from './lab.ts'
import { linesOf } from './lines.ts'
import type { LabNamespace } from './namespace.ts'

const script = fileURLToPath(new URL('../fixtures/packets/send.py', import.meta.url))

export interface FrameSender {
  /** Sends a frame, given as hexadecimal digits; it has been sent when this returns. */
  send(frame: string, count?: number): Promise<void>
}

/** Sends on a link until the test ends. */
export async function sendFrames(
  lab: Lab,
  space: LabNamespace,
  link: string,
): Promise<FrameSender> {
  const [program = '', ...parameters] = space.inside('/usr/bin/python3', script, link)
  const child = spawn(program, parameters)
  lab.afterwards(() => child.kill())
  const lines = linesOf(child)
  await lines.waitFor(/^ready$/)
  let asked = 0
  return {
    send: async (frame, count = 1) => {
      asked += 1
      child.stdin.write(`${count} ${frame}\n`)
      await lines.waitFor(new RegExp(`^sent ${asked}$`))
    },
  }
}
