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
  /** Takes in the lines of both output streams of a program. */
  follow(child: ChildProcess): void
  /** The lines that are still to come. */
  fromNow(): Lines
}

const deadlineMs = 30_000

/** A log without lines. */
export function openLog(): Log {
  const lines: string[] = []
  const waiting = new Set<() => void>()

  function take(line: string): void {
    lines.push(line)
    for (const look of waiting) look()
  }

  function linesFrom(start: number): Lines {
    const seen = (pattern: RegExp) => lines.slice(start).filter((line) => pattern.test(line))
    const waitFor = (pattern: RegExp, times = 1): Promise<string> =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(() => {
          waiting.delete(look)
          const wanted = times === 1 ? 'no line matches' : `fewer than ${times} lines match`
          reject(new Error(`${wanted} ${pattern} in:\n${lines.slice(start).join('\n')}`))
        }, deadlineMs)
        const look = () => {
          const found = seen(pattern)[times - 1]
          if (found === undefined) return
          clearTimeout(deadline)
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    return { waitFor, seen }
  }

  function follow({ stdout, stderr }: ChildProcess): void {
    for (const input of [stdout, stderr]) {
      if (input !== null) createInterface({ input }).on('line', take)
    }
  }

  return { ...linesFrom(0), follow, fromNow: () => linesFrom(lines.length) }
}

/** The lines of both output streams. */
export function linesOf(child: ChildProcess): Lines {
  const log = openLog()
  log.follow(child)
  return log
}
