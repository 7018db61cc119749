/** What a running program says, line by line. */

import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Lines {
  /** Waits until some line matches. */
  waitFor(pattern: RegExp): Promise<string>
  /** The lines so far that match. */
  seen(pattern: RegExp): readonly string[]
}

const deadlineMs = 10_000

/** The lines of both output streams. */
export function linesOf({ stdout, stderr }: ChildProcess): Lines {
  const lines: string[] = []
  let wake = () => {}
  for (const input of [stdout, stderr]) {
    if (input === null) continue
    createInterface({ input }).on('line', (line) => {
      lines.push(line)
      wake()
    })
  }

  const seen = (pattern: RegExp) => lines.filter((line) => pattern.test(line))
  const waitFor = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new Error(`no line matches ${pattern} in:\n${lines.join('\n')}`))
      }, deadlineMs)
      const look = () => {
        const [found] = seen(pattern)
        if (found === undefined) return
        clearTimeout(deadline)
        resolve(found)
      }
      wake = look
      look()
    })
  return { waitFor, seen }
}
