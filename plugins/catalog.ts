/** The plugins that make interfaces; only the one that is called is loaded. */

import type { PluginCatalog } from '#cni/plugin.ts'

export const pluginCatalog: PluginCatalog = new Map([
  ['bridge', async () => (await import('./bridge/plugin.ts')).bridge],
  ['host-device', async () => (await import('./host-device/plugin.ts')).hostDevice],
  ['macvlan', async () => (await import('./macvlan/plugin.ts')).macvlan],
  ['ipvlan', async () => (await import('./ipvlan/plugin.ts')).ipvlan],
  ['vlan', async () => (await import('./vlan/plugin.ts')).vlan],
  ['dummy', async () => (await import('./dummy/plugin.ts')).dummy],
  ['ptp', async () => (await import('./ptp/plugin.ts')).ptp],
  ['tap', async () => (await import('./tap/plugin.ts')).tap],
  ['loopback', async () => (await import('./loopback/plugin.ts')).loopback],
])
