/** One call of a plugin, from the environment to the exit status. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Host } from '#host/host.ts'
import type { Kernel } from '#kernel/kernel.ts'
import { buildVersion } from './build-version.ts'
import type { Call } from './call.ts'
import { readCallEnvironment } from './environment.ts'
import { formatCompactJson, formatJson } from './json-text.ts'
import type { PluginEntry } from './plugin.ts'
import { currentVersion, supportedVersions } from './version.ts'

/** Who is called, and by what means it reaches the kernel. */
export interface Dispatch {
  readonly plugin: PluginEntry
  /** Called at most once, and not for VERSION. */
  readonly openKernel: () => Kernel | Promise<Kernel>
  /** The plugin of this program that the file at a path is; see `Call`. None where it is left out. */
  readonly findOwnPlugin?: Call['findOwnPlugin']
}

/**
 * Does what `CNI_COMMAND` says and returns the exit status: 0, or 1 with an error object on standard
 * output. Whatever is thrown ends up in that object.
 */
export async function dispatch(host: Host, request: Dispatch): Promise<number> {
  const command = host.environment.get('CNI_COMMAND') ?? ''
  try {
    if (command === '') await introduce(host, request.plugin.type)
    else if (command === 'VERSION') await printVersions(host)
    else await performCommand(host, request)
    return 0
  } catch (thrown) {
    return reportFailure(host, thrown)
  }
}

/** Whoever calls a plugin by hand is told what it is. */
async function introduce(host: Host, type: string): Promise<void> {
  const about = `CNI ${type} plugin netwright ${buildVersion}`
  const versions = `CNI protocol versions supported: ${supportedVersions.join(', ')}`
  await host.streams.writeDiagnostic(`${about}\n${versions}\n`)
}

/** SPEC 1.1.0 "VERSION"; standard input is left alone, as the reference leaves it. */
async function printVersions(host: Host): Promise<void> {
  const versions = formatCompactJson({ cniVersion: currentVersion, supportedVersions })
  try {
    await host.streams.writeOutput(`${versions}\n`)
  } catch (cause) {
    throw new CniError(cniErrorCodes.inputOutput, messageOf(cause), undefined, { cause })
  }
}

async function performCommand(host: Host, request: Dispatch): Promise<void> {
  const environment = readCallEnvironment(host.environment)
  // Loaded on demand, as it brings the schemas along, which the commands above do not need.
  const { perform } = await import('./perform.ts')
  await perform({ findOwnPlugin: async () => undefined, ...request, host, environment })
}

/**
 * Prints what was thrown as an error object, with one line for people on standard error, and returns
 * the exit status.
 */
export async function reportFailure(host: Host, thrown: unknown): Promise<number> {
  const command = host.environment.get('CNI_COMMAND') ?? ''
  // Loaded on demand: most calls succeed.
  const { toCniError } = await import('./error-mapping.ts')
  const error = toCniError(thrown, command)
  const { code, msg, details } = error
  await diagnose(host, `${host.program} ${command}: ${error.message}`)
  if (host.environment.get('NETWRIGHT_DEBUG')) await host.streams.writeDiagnostic(stackOf(thrown))
  try {
    await host.streams.writeOutput(formatJson({ code, msg, details }))
  } catch (cause) {
    await diagnose(host, `Error writing error JSON to stdout: ${messageOf(cause)}`)
  }
  return 1
}

/** Where an error was thrown, and where each of its causes was. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  // Not every engine begins the stack with the error.
  const error = `${thrown.name}: ${thrown.message}`
  const frames = (thrown.stack ?? '').replace(error, '').trim()
  return `${error}\n    ${frames}\n${stackOf(thrown.cause)}`
}

/** Nobody is left to tell when even this cannot be written. */
async function diagnose(host: Host, text: string): Promise<void> {
  try {
    await host.streams.writeDiagnostic(`${text.replace(/\s*\n\s*/g, ' ')}\n`)
  } catch {
    // The exit status still says that the call failed.
  }
}
