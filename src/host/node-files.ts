/** The system calls on files, on Node.js. */

import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import type { FileCalls } from './file-calls.ts'
import type { FileStatus } from './host.ts'

export const nodeFileCalls: FileCalls = {
  readText: (path) => readFileSync(path, 'utf8'),
  createExclusive: (path, { content, mode }) => {
    const file = openSync(path, 'wx', mode)
    try {
      writeFileSync(file, content)
    } finally {
      closeSync(file)
    }
  },
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

/** What chmod(2) sets. */
const permissions = 0o7777

function kindOf(status: Stats): FileStatus['kind'] {
  if (status.isFile()) return 'file'
  return status.isDirectory() ? 'directory' : 'other'
}
