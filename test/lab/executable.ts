/** The executable, and programs that are links to it, copies of it, or not quite it. */

import { copyFileSync, linkSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What script/build leaves in dist/bin. */
export const executable: string = fileURLToPath(
  new URL('../../dist/bin/netwright', import.meta.url),
)

/** The same with its symbols and the positions of the TypeScript. */
export const debugExecutable: string = fileURLToPath(
  new URL('../../dist/bin/debug/netwright', import.meta.url),
)

const ways = {
  symlink: symlinkSync,
  copy: copyFileSync,
  // A hard link cannot leave its file system: it links to a copy.
  hardlink: (from: string, to: string) => {
    const copy = join(dirname(to), '.copy')
    copyFileSync(from, copy)
    linkSync(copy, to)
    rmSync(copy)
  },
} as const

/** Puts the executable at `path`, by another name, in one of three ways. */
export function place(path: string, way: keyof typeof ways, from: string = executable): string {
  mkdirSync(dirname(path), { recursive: true })
  ways[way](from, path)
  return path
}

/**
 * Runs a script on the executable's engine (test/engine/shell.cc). script/test-native builds it, with
 * sanitizers; another build can be named.
 */
export const engineShell: string =
  process.env.NETWRIGHT_ENGINE_SHELL ??
  fileURLToPath(new URL('../../build-sanitize/engine-shell', import.meta.url))

/** The same, built and linked as the executable is. */
export const staticShell: string = fileURLToPath(
  new URL('../../build/engine/static-shell', import.meta.url),
)
