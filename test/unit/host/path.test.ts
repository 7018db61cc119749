import { basename, dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { baseName, folderOf } from '#host/path.ts'

const paths = ['', '.', '/', '//', 'a', 'a/', '/a', '/a/', 'a/b', '/a/b', '/a/b/', '/a//b//']

describe.each(paths)('the path %j', (path) => {
  test('is in the folder that Node.js finds', () => {
    expect(folderOf(path)).toBe(dirname(path))
  })
})

test.each(['/opt/cni/bin/macvlan', './macvlan', 'macvlan', ''])(
  'the last part of %j is the one that Node.js finds',
  (path) => {
    expect(baseName(path)).toBe(basename(path))
  },
)
