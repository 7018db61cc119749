/** Composition: the plugin the program is named after, on this host and this kernel. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { dispatch, reportFailure } from '#cni/dispatch.ts'
import type { PluginEntry } from '#cni/plugin.ts'
import type { Host } from '#host/host.ts'
import { ipamCatalog } from '#ipam/catalog.ts'
import { openKernel } from '#kernel/addon.ts'
import { pluginCatalog } from '#plugins/catalog.ts'

/**
 * Runs the plugin named `host.program` and returns the exit status.
 *
 * @param loadAddon gives the native addon; called only when a command needs the kernel
 */
export async function main(host: Host, loadAddon: () => unknown): Promise<number> {
  const plugin = findPlugin(host.program)
  if (plugin === undefined) return reportFailure(host, unknownProgram(host.program))
  return dispatch(host, { plugin, openKernel: () => openKernel(loadAddon()) })
}

function findPlugin(type: string): PluginEntry | undefined {
  const load = pluginCatalog.get(type) ?? ipamCatalog.get(type)
  return load && { type, load }
}

function unknownProgram(program: string): CniError {
  const types = [...pluginCatalog.keys(), ...ipamCatalog.keys()]
  const details = `a program is the plugin it is named after, one of ${types.join(', ')}`
  return new CniError(
    cniErrorCodes.invalidEnvironment,
    `no plugin is called ${JSON.stringify(program)}`,
    details,
  )
}
