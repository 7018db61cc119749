/** The types there are: a new line in a catalog is all that a test needs to know a plugin. */

import { ipamCatalog } from '#ipam/catalog.ts'
import { pluginCatalog } from '#plugins/catalog.ts'

/** The types of each folder with plugins. */
export const typesByFolder = {
  plugins: [...pluginCatalog.keys()],
  ipam: [...ipamCatalog.keys()],
} as const

export type PluginFolder = keyof typeof typesByFolder

export const allTypes: readonly string[] = [...typesByFolder.plugins, ...typesByFolder.ipam]

/** Where a plugin's source is, and below dist its script. */
export function folderOfType(type: string): PluginFolder {
  return typesByFolder.ipam.includes(type) ? 'ipam' : 'plugins'
}
