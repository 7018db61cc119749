/** What running programs say, line by line. */

import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Lines {
  /** Waits until some line matches, or as many as `times` says; returns the last of these. */
  waitFor(pattern: RegExp, times?: number): Promise<string>
  /** The lines so far that match. */
  seen(pattern: RegExp): readonly string[]
}

/** Lines of programs that follow one another. */
export interface Log extends Lines {
  /** Takes in a line. */
  take(line: string): void
  /** Takes in the lines of both output streams of a program. */
  follow(child: ChildProcess): void
  /** The lines that are still to come. */
  fromNow(): Lines
}

const deadlineMs = 30_000

/** A log without lines. */
export function openLog(): Log {
  const lines: string[] = []
  const listeners = new Set<(line: string) => void>()

  function take(line: string): void {
    lines.push(line)
    for (const listen of listeners) listen(line)
  }

  function linesFrom(start: number): Lines {
    const seen = (pattern: RegExp) => lines.slice(start).filter((line) => pattern.test(line))
    const waitFor = (pattern: RegExp, times = 1): Promise<string> =>
      new Promise((resolve, reject) => {
        let found = 0
        const end = () => {
          clearTimeout(deadline)
          listeners.delete(listen)
        }
        const listen = (line: string) => {
          if (!pattern.test(line)) return
          found += 1
          if (found !== times) return
          end()
          resolve(line)
        }
        const deadline = setTimeout(() => {
          end()
          const said = lines.slice(start).join('\n')
          reject(new Error(`${found} of ${times} lines match ${pattern} in:\n${said}`))
        }, deadlineMs)
        listeners.add(listen)
        for (const line of lines.slice(start)) listen(line)
      })
    return { waitFor, seen }
  }

  function follow({ stdout, stderr }: ChildProcess): void {
    for (const input of [stdout, stderr]) {
      if (input !== null) createInterface({ input }).on('line', take)
    }
  }

  return { ...linesFrom(0), take, follow, fromNow: () => linesFrom(lines.length) }
}

/** The lines of both output streams. */
export function linesOf(child: ChildProcess): Lines {
  const log = openLog()
  log.follow(child)
  return log
}
