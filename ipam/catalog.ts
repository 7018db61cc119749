/** The plugins that hand out addresses; only the one that is called is loaded. */

import type { PluginCatalog } from '#cni/plugin.ts'

export const ipamCatalog: PluginCatalog = new Map([
  ['host-local', async () => (await import('./host-local/plugin.ts')).hostLocal],
  ['dhcp', async () => (await import('./dhcp/plugin.ts')).dhcp],
  ['static', async () => (await import('./static/plugin.ts')).staticIpam],
  ['whereabouts', async () => (await import('./whereabouts/plugin.ts')).whereabouts],
])
