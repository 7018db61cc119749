/** whereabouts: addresses that are unique in a cluster, kept in a datastore that its nodes share. */

import { ipamPlugin } from '#cni/ipam-plugin.ts'
import type { Plugin } from '#cni/plugin.ts'

/**
 * What the commands do is loaded by them: the plugins that do not ask whereabouts for addresses have no
 * need of it in memory. The configuration may be in a file.
 */
export const whereabouts: Plugin = ipamPlugin({
  type: 'whereabouts',
  readConfig: () => undefined,
  allocate: async (call) => (await import('./allocate.ts')).allocate(call),
  release: async (call) => (await import('./release.ts')).release(call),
  check: async (call) => (await import('./check.ts')).check(call),
  collect: async (call) => (await import('./collect.ts')).collect(call),
  status: async (call) => (await import('./status.ts')).status(call),
})
