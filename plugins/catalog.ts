/** The plugins that make interfaces; only the one that is called is loaded. */

import type { PluginCatalog } from '#cni/plugin.ts'

export const pluginCatalog: PluginCatalog = new Map([
  ['macvlan', async () => (await import('./macvlan/plugin.ts')).macvlan],
])
