/** The system calls on files that an engine supplies, as thin as it can. */

import type { FileStatus, NewFile } from './host.ts'

/**
 * What an engine's files are made of. All calls are synchronous: they take microseconds, where a
 * thread pool would take a hundred, and a plugin has nothing else to do. What the system refuses is
 * thrown as an error with a symbolic `code`.
 */
export interface FileCalls {
  /** All of a file as UTF-8. */
  readText(path: string): string
  /** open(2) with `O_CREAT | O_EXCL`, and all of the content; a failure may leave some of it. */
  createExclusive(path: string, file: NewFile): void
  /** open(2) with `O_CREAT | O_APPEND`, and all of the content. */
  append(path: string, file: NewFile): void
  /** The bytes of one file to another, which is made with `O_CREAT | O_EXCL`; a failure may leave some. */
  copyExclusive(from: string, to: string, mode: number): void
  /** link(2) */
  link(from: string, to: string): void
  /** readlink(2) */
  readLink(path: string): string
  /** rename(2) */
  rename(from: string, to: string): void
  /** unlink(2) */
  unlink(path: string): void
  /** mkdir(2) */
  makeFolder(path: string, mode: number): void
  /** The names in a folder, without `.` and `..`. */
  list(path: string): readonly string[]
  /** stat(2) */
  status(path: string): FileStatus
}
