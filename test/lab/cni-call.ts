/** Calling a plugin as a runtime does: a process, an environment, a configuration on its input. */

import { fileURLToPath } from 'node:url'
import { type Outcome, run } from './command.ts'
import type { LabNamespace } from './namespace.ts'
import { folderOfType } from './plugin-types.ts'

/** The CNI error object, SPEC 1.1.0 "Error". */
export interface ErrorObject {
  readonly code: number
  readonly msg: string
  readonly details?: string
}

/** A result of 1.0.0 or 1.1.0, as far as tests look at it. */
export interface ResultObject {
  readonly cniVersion: string
  readonly interfaces?: readonly {
    readonly name: string
    readonly mac?: string
    readonly mtu?: number
    readonly sandbox?: string
  }[]
  readonly ips?: readonly {
    readonly address: string
    readonly gateway?: string
    readonly interface?: number
  }[]
  readonly routes?: readonly { readonly dst: string; readonly gw?: string }[]
  readonly dns?: object
}

/** What became of a call. */
export interface CallOutcome extends Outcome {
  readonly result?: ResultObject
  readonly error?: ErrorObject
}

export type PluginCommand = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION'

export interface PluginCall {
  readonly command: PluginCommand
  /** The executable, or a type of ours. */
  readonly plugin: string
  /** The namespace the runtime is in. */
  readonly host: LabNamespace
  readonly containerId?: string
  readonly netns?: string
  readonly ifName?: string
  readonly args?: string
  /** More variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** The folders of CNI_PATH. */
  readonly path: readonly string[]
  /** The configuration, or the text to send instead of one. */
  readonly config: object | string
  /** A command line that the plugin's is put behind: strace's, say. */
  readonly under?: readonly string[]
  /** Aborting it kills the plugin, and what it has started, at once. */
  readonly signal?: AbortSignal
}

const distribution = fileURLToPath(new URL('../../dist/', import.meta.url))

/** What runs our plugins: the projects of vitest.config.ts have the same tests run on each. */
export type Engine = 'node' | 'executable'

/** The engine this run is about. */
export const engine: Engine = readEngine(process.env.NETWRIGHT_ENGINE ?? 'node')

function readEngine(name: string): Engine {
  if (name === 'node' || name === 'executable') return name
  throw new Error(`NETWRIGHT_ENGINE is ${name}: expected node or executable`)
}

/** The command line of one of our plugins, by type. */
export function pluginCommand(type: string): readonly string[] {
  if (engine === 'executable') return [`${distribution}bin/${type}`]
  return [process.execPath, `${distribution}${folderOfType(type)}/${type}.js`]
}

/** The environment of a call; what is not given is not set. */
export function environmentOf(call: PluginCall): Record<string, string> {
  const variables = {
    PATH: process.env.PATH,
    CNI_COMMAND: call.command,
    CNI_CONTAINERID: call.containerId,
    CNI_NETNS: call.netns,
    CNI_IFNAME: call.ifName,
    CNI_ARGS: call.args,
    CNI_PATH: call.path.join(':'),
    ...call.environment,
  }
  const given = Object.entries(variables).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined
  })
  return Object.fromEntries(given)
}

/** Runs the plugin in a process of its own. */
export async function callPlugin(call: PluginCall): Promise<CallOutcome> {
  const command = call.plugin.includes('/') ? [call.plugin] : pluginCommand(call.plugin)
  const outcome = await run(call.host.inside(...(call.under ?? []), ...command), {
    input: typeof call.config === 'string' ? call.config : JSON.stringify(call.config),
    environment: environmentOf(call),
    ...(call.signal && { signal: call.signal }),
  })
  return interpret(outcome)
}

/** What a plugin said, decoded. */
export function interpret(outcome: Outcome): CallOutcome {
  // A killed plugin may have told half of something.
  if (outcome.stdout === '' || outcome.status === null) return outcome
  if (outcome.status === 0) return { ...outcome, result: JSON.parse(outcome.stdout) }
  return { ...outcome, error: JSON.parse(outcome.stdout) }
}
