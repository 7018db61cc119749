/** Frames on a link, as tcpdump sees them. */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { LabNamespace } from './namespace.ts'

export interface Capture {
  /** Waits until some line of tcpdump's matches. */
  waitFor(pattern: RegExp): Promise<string>
  stop(): void
}

const deadlineMs = 10_000

/** Listens on a link; ready when this returns. */
export async function capture(space: LabNamespace, link: string, filter: string): Promise<Capture> {
  const [program = '', ...parameters] = space.inside(
    ...['tcpdump', '-l', '-n', '-e', '-xx', '--immediate-mode', '-Z', 'root', '-i', link, filter],
  )
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let wake = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      wake()
    })
  }

  const waitFor = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new Error(`no line matches ${pattern} in:\n${lines.join('\n')}`))
      }, deadlineMs)
      const look = () => {
        const found = lines.find((line) => pattern.test(line))
        if (found === undefined) return
        clearTimeout(deadline)
        resolve(found)
      }
      wake = look
      look()
    })

  await waitFor(/listening on/)
  return { waitFor, stop: () => child.kill() }
}
