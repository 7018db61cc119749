/** Plugins of this program, found by the file that a delegate is. */

import type { Plugin } from '#cni/plugin.ts'
import type { FileStatus, Host } from '#host/host.ts'
import { baseName } from '#host/path.ts'

/** Loads the plugin of a name, if there is one. */
export type LoadPlugin = (type: string) => Promise<Plugin | undefined>

/**
 * The plugin that executing the file at `path` would run, if the file is the running executable, by
 * device and inode; nothing when it is any other.
 */
export function ownPlugins(host: Host, load: LoadPlugin) {
  return async (path: string): Promise<Plugin | undefined> => {
    const own = await host.findExecutable()
    if (own === undefined) return undefined
    const found = await host.files.findStatus(path)
    if (found === undefined || !isSameFile(found, own)) return undefined
    return await load(baseName(path))
  }
}

function isSameFile(one: FileStatus, other: FileStatus): boolean {
  return one.device === other.device && one.inode === other.inode
}
