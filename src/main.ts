/** Composition: the plugin the program is named after, on this host and this kernel. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { dispatch, reportFailure } from '#cni/dispatch.ts'
import type { PluginEntry } from '#cni/plugin.ts'
import type { Host } from '#host/host.ts'
import { ipamCatalog } from '#ipam/catalog.ts'
import type { Kernel } from '#kernel/kernel.ts'
import { pluginCatalog } from '#plugins/catalog.ts'
import { ownPlugins } from './own-plugins.ts'

/** The name of the executable that all plugins are links to. */
const ownName = 'netwright'

/**
 * Runs the plugin named `host.program`, or with `netwright` the one that its first argument names, and
 * returns the exit status.
 *
 * @param loadAddon gives the native addon; called only when a command needs the kernel
 */
export function main(host: Host, loadAddon: () => unknown): Promise<number> {
  if (host.program !== ownName) return runPlugin(host, loadAddon)
  const [word, ...rest] = host.arguments
  if (word === undefined || word.startsWith('-')) return describe(host, word)
  if (word === 'leases') return runLeasesCommand(host, rest)
  if (word === 'whereabouts-controller') return runWhereaboutsController(host, rest)
  return runPlugin({ ...host, program: word, arguments: rest }, loadAddon)
}

function runPlugin(host: Host, loadAddon: () => unknown): Promise<number> {
  const { program } = host
  const openKernel = async () => {
    // Loaded on demand, as it brings the values of the network along.
    const { openKernel } = await import('#kernel/addon.ts')
    return openKernel(loadAddon())
  }
  const load = findPlugin(program)
  if (load === undefined) return reportFailure(host, unknownProgram(program))
  if (program === 'dhcp' && host.arguments[0] === 'daemon') return runDhcpDaemon(host, openKernel)
  const findOwnPlugin = ownPlugins(host, async (type) => await findPlugin(type)?.())
  return dispatch(host, { plugin: { type: program, load }, openKernel, findOwnPlugin })
}

async function runLeasesCommand(host: Host, words: readonly string[]): Promise<number> {
  const { runLeases } = await import('#ipam/dhcp/leases-command.ts')
  return runLeases(host, words)
}

async function runWhereaboutsController(host: Host, words: readonly string[]): Promise<number> {
  const { runController } = await import('#ipam/whereabouts/controller/controller.ts')
  return runController(host, words)
}

async function runDhcpDaemon(host: Host, openKernel: () => Promise<Kernel>): Promise<number> {
  const { runDaemon } = await import('#ipam/dhcp/daemon/daemon.ts')
  return runDaemon(host, host.arguments.slice(1), openKernel)
}

function findPlugin(type: string): PluginEntry['load'] | undefined {
  return pluginCatalog.get(type) ?? ipamCatalog.get(type)
}

/** A runtime that calls the executable by its own name, as if that were a plugin, gets an error. */
async function describe(host: Host, option: string | undefined): Promise<number> {
  if (host.environment.get('CNI_COMMAND')) return reportFailure(host, unknownProgram(host.program))
  const { describeUsage, describeVersion } = await import('./command-line.ts')
  const inventory = { plugins: [...pluginCatalog.keys()], ipam: [...ipamCatalog.keys()] }
  if (option === '--version' || option === '--help') {
    const text = option === '--version' ? describeVersion(inventory) : describeUsage(inventory)
    await host.streams.writeOutput(text)
    return 0
  }
  await host.streams.writeDiagnostic(describeUsage(inventory))
  return usageStatus
}

/** As shells end a command that was used wrongly. */
const usageStatus = 2

function unknownProgram(program: string): CniError {
  const types = [...pluginCatalog.keys(), ...ipamCatalog.keys()]
  const details = `a program is the plugin it is named after, one of ${types.join(', ')}`
  return new CniError(
    cniErrorCodes.invalidEnvironment,
    `no plugin is called ${JSON.stringify(program)}`,
    details,
  )
}
