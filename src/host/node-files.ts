/** The system calls on files, on Node.js. */

import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { FileCalls } from './file-calls.ts'
import type { FileStatus, NewFile } from './host.ts'

export const nodeFileCalls: FileCalls = {
  readText: (path) => readFileSync(path, 'utf8'),
  createExclusive: (path, file) => write('wx', path, file),
  append: (path, file) => write('a', path, file),
  copyExclusive: copy,
  link: linkSync,
  readLink: (path) => readlinkSync(path),
  rename: renameSync,
  unlink: unlinkSync,
  // Not `recursive`: on a read-only disk (EROFS) that tells of a missing folder (ENOENT).
  makeFolder: (path, mode) => {
    mkdirSync(path, mode)
  },
  list: (path) => readdirSync(path),
  status: (path) => {
    const status = statSync(path)
    const { dev: device, ino: inode, size } = status
    return { kind: kindOf(status), device, inode, mode: status.mode & permissions, size }
  },
}

/** `flags` are fopen(3)'s, with `x` for `O_EXCL`. */
function write(flags: string, path: string, { content, mode }: NewFile): void {
  const file = openSync(path, flags, mode)
  try {
    writeFileSync(file, content)
  } finally {
    closeSync(file)
  }
}

function copy(from: string, to: string, mode: number): void {
  const source = openSync(from, 'r')
  try {
    const target = openSync(to, 'wx', mode)
    try {
      const buffer = Buffer.allocUnsafe(copyBytes)
      for (let length = readSync(source, buffer); length > 0; length = readSync(source, buffer)) {
        writeFileSync(target, buffer.subarray(0, length))
      }
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

/** How many are copied at a time. */
const copyBytes = 2 ** 20

/** What chmod(2) sets. */
const permissions = 0o7777

function kindOf(status: Stats): FileStatus['kind'] {
  if (status.isFile()) return 'file'
  return status.isDirectory() ? 'directory' : 'other'
}
