/** Whether a file is a program to the kernel. */

import { closeSync, constants, openSync, readSync } from 'node:fs'

const magicNumbers = ['#!', '\x7fELF']

/**
 * Whether the file begins as a script or an executable does: an empty file, as an interrupted copy
 * leaves it, does not. What cannot be read is left to execve(2) to judge.
 */
export function hasProgramFormat(path: string): boolean {
  try {
    const start = readStart(path)
    return magicNumbers.some((magic) => start.startsWith(magic))
  } catch {
    return true
  }
}

function readStart(path: string): string {
  // O_NONBLOCK: a named pipe must not make us wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.alloc(4)
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(file)
  }
}
