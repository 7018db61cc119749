/** Having a plugin do what a runtime asks for. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import { Rollback } from '#base/rollback.ts'
import type { Host } from '#host/host.ts'
import type { Kernel } from '#kernel/kernel.ts'
import type { Call, Command } from './call.ts'
import type { CallEnvironment } from './environment.ts'
import { decodeConfig, readName, readNetworkConfig, readVersionText } from './network-config.ts'
import { otherCommands } from './other-commands.ts'
import { refuseOwnNamespace } from './own-namespace.ts'
import type { Plugin, PluginEntry } from './plugin.ts'
import { encodeResult } from './result-versions.ts'
import { requireVersion } from './version-gate.ts'

/** What a runtime asks for, of whom. */
export interface Request {
  readonly host: Host
  readonly environment: CallEnvironment
  readonly plugin: PluginEntry
  readonly openKernel: () => Kernel | Promise<Kernel>
  /** See `Call`. */
  readonly findOwnPlugin: Call['findOwnPlugin']
}

/**
 * Reads and checks standard input, then calls the plugin. The order of the checks is the
 * reference's: a bad configuration is told before an unknown command, an unknown command before a
 * bad version.
 */
export async function perform(request: Request): Promise<void> {
  const { environment } = request
  const configText = await readInput(request.host)
  const rawConfig = decodeConfig(configText)
  readName(rawConfig)
  const command = requireCommand(environment.command)
  const cniVersion = requireVersion(command, readVersionText(rawConfig))
  const network = readNetworkConfig(rawConfig, { command, cniVersion })
  const kernel = await request.openKernel()
  // The reference looks after the work, when it is too late to refuse.
  if (command === 'ADD' || command === 'DEL') refuseOwnNamespace(kernel, environment)
  const { host, findOwnPlugin } = request
  const call: Call = {
    ...environment,
    command,
    network,
    rawConfig,
    configText,
    host,
    kernel,
    findOwnPlugin,
  }
  const plugin = await request.plugin.load()
  await (command === 'ADD' ? add(plugin, call) : otherCommands[command](plugin, call))
}

async function readInput(host: Host): Promise<string> {
  try {
    return await host.streams.readInput()
  } catch (cause) {
    const msg = `error reading from stdin: ${messageOf(cause)}`
    throw new CniError(cniErrorCodes.inputOutput, msg, undefined, { cause })
  }
}

function requireCommand(command: string): Command {
  if (isCommand(command)) return command
  throw new CniError(cniErrorCodes.invalidEnvironment, `unknown CNI_COMMAND: ${command}`)
}

function isCommand(command: string): command is Command {
  return command === 'ADD' || Object.hasOwn(otherCommands, command)
}

/** See `Plugin` for why a result that cannot be told is undone by `del`. */
async function add(plugin: Plugin, call: Call): Promise<void> {
  const result = await plugin.add(call)
  await using undo = new Rollback()
  undo.did(`ADD of ${plugin.type}`, () => plugin.del({ ...call, command: 'DEL' }))
  await writeOutput(call.host, encodeResult(result, call.network.cniVersion))
  undo.commit()
}

async function writeOutput(host: Host, text: string): Promise<void> {
  try {
    await host.streams.writeOutput(text)
  } catch (cause) {
    throw new CniError(cniErrorCodes.inputOutput, messageOf(cause), undefined, { cause })
  }
}
