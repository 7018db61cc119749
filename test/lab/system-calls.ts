/** The system calls of a program, as strace sees them, and what becomes of it when one goes wrong. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One system call of a program: the second `write`, say. */
export interface SystemCall {
  readonly name: string
  /** Counted from 1, among those of this name. */
  readonly occurrence: number
}

/** The command line, but for the program's, that has strace write what the program does to `log`. */
export function traced(log: string): readonly string[] {
  return ['strace', '--follow-forks', '--quiet=all', '--signal=none', `--output=${log}`]
}

/** The same, where one system call ends as `fate` says, in strace's words: `error=EIO`. */
export function tampered(
  log: string,
  { name, occurrence }: SystemCall,
  fate: string,
): readonly string[] {
  const tamper = `--inject=${name}:${fate}:when=${occurrence}`
  return ['strace', '--quiet=all', '--signal=none', `--output=${log}`, tamper]
}

/** The system calls in what `traced` has left, in their order. */
export function systemCallsIn(log: string): readonly SystemCall[] {
  const counts = new Map<string, number>()
  const calls: SystemCall[] = []
  for (const [, name = ''] of readFileSync(log, 'utf8').matchAll(/^(?:\d+ +)?(\w+)\(/gm)) {
    const occurrence = (counts.get(name) ?? 0) + 1
    counts.set(name, occurrence)
    calls.push({ name, occurrence })
  }
  return calls
}

/** A file for strace to write to. */
export function logIn(folder: string): string {
  return join(folder, 'strace.log')
}
