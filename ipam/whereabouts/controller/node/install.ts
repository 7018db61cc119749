/** Puts this program where the runtime of the node looks for the plugin. */

import type { Log } from '#cni/daemon-log.ts'
import type { Host } from '#host/host.ts'

/** The executable itself, whatever it was called by and whoever has moved it. */
const ownProgram = '/proc/self/exe'
const programMode = 0o755
const folderMode = 0o700
const lockRequest = { mode: 0o600, timeoutMs: 10_000 }

/**
 * Copies the executable, in one step: what runs goes on, and what is called in that moment is the one or
 * the other.
 *
 * @throws Error when this program is a script, SystemError
 */
export async function installProgram(
  host: Host,
  { path, dataDir }: { readonly path: string; readonly dataDir: string },
  log: Log,
): Promise<void> {
  const { files } = host
  const own = await host.findExecutable()
  if (own === undefined) throw new Error(`install ${path}: this program is not the executable`)
  const installed = await files.findStatus(path)
  if (installed?.device === own.device && installed.inode === own.inode) return
  await files.ensureDirectory(dataDir, folderMode)
  using _lock = await files.lock(`${dataDir}/install.lock`, lockRequest)
  await files.copyWhole(ownProgram, path, programMode)
  log('install', `copied to ${path}`)
}
