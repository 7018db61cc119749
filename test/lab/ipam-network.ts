/** A network whose IPAM plugin is called directly, as the plugins that delegate to it call it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallOutcome, callPlugin, type PluginCall, type PluginCommand } from './cni-call.ts'
import { succeed } from './command.ts'
import { type Config, uniqueNetwork } from './config-builders.ts'
import { goPlugins, type Lab } from './lab.ts'
import type { LabNamespace } from './namespace.ts'

/** The two host-locals that share a store: ours by its type, the reference by its path. */
export const hostLocals = { ours: 'host-local', Go: `${goPlugins}/host-local` } as const

/** What a call overrides. */
export interface IpamCallOptions {
  /** The executable, or a type of ours; that of the configuration when absent. */
  readonly by?: string
  readonly ifName?: string
  readonly args?: string
  /** More variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Keys of the configuration that are added, or replace those it has. */
  readonly keys?: Config
}

/** A network of host-local, unless `ipam.type` says otherwise, with its files below the lab's folder. */
export class IpamNetwork {
  readonly name: string = uniqueNetwork()
  /** Where its files are. */
  readonly folder: string
  readonly config: Config
  readonly #lab: Lab
  readonly #host: LabNamespace
  readonly #type: string

  // biome-ignore lint/complexity/useMaxParams: most have a host of their own
  constructor(
    lab: Lab,
    ipam: Config & { readonly type?: string },
    keys: Config = {},
    host: LabNamespace = lab.host(),
  ) {
    this.#lab = lab
    this.#host = host
    this.folder = join(lab.dataDir(), this.name)
    const section = { type: hostLocals.ours, dataDir: lab.dataDir(), ...ipam }
    this.#type = section.type
    // The latest version that both host-locals know.
    this.config = { cniVersion: '1.0.0', name: this.name, type: 'macvlan', ipam: section, ...keys }
  }

  /** A call as a runtime's main plugin would make it. */
  request(
    command: PluginCommand,
    containerId: string,
    { by = this.#type, keys, ...options }: IpamCallOptions = {},
  ): PluginCall {
    return {
      command,
      containerId,
      plugin: by,
      host: this.#host,
      netns: '/run/netns/unused',
      ifName: 'net1',
      path: [this.#lab.pluginFolder()],
      config: { ...this.config, ...keys },
      ...options,
    }
  }

  call(
    command: PluginCommand,
    containerId: string,
    options?: IpamCallOptions,
  ): Promise<CallOutcome> {
    return callPlugin(this.request(command, containerId, options))
  }

  add(containerId: string, options?: IpamCallOptions): Promise<CallOutcome> {
    return this.call('ADD', containerId, options)
  }

  del(containerId: string, options?: IpamCallOptions): Promise<CallOutcome> {
    return this.call('DEL', containerId, options)
  }

  check(containerId: string, options?: IpamCallOptions): Promise<CallOutcome> {
    return this.call('CHECK', containerId, options)
  }

  gc(options?: IpamCallOptions): Promise<CallOutcome> {
    return this.call('GC', '', options)
  }

  status(options?: IpamCallOptions): Promise<CallOutcome> {
    return this.call('STATUS', '', options)
  }

  /** The addresses of an ADD that has to succeed: `10.1.2.3/24`. */
  async give(containerId: string, options?: IpamCallOptions): Promise<readonly string[]> {
    const added = await this.add(containerId, options)
    succeed(added)
    return addressesOf(added)
  }

  /** The files in its folder but the lock: names and contents. */
  contents(): Readonly<Record<string, string>> {
    const names = readdirSync(this.folder).filter((name) => name !== 'lock')
    return Object.fromEntries(
      names.sort().map((name) => [name, readFileSync(join(this.folder, name), 'utf8')]),
    )
  }

  /** The addresses that are taken, by their files. */
  taken(): readonly string[] {
    return this.#lab.takenAddresses(this.name)
  }
}

/** The addresses of a result: `10.1.2.3/24`. */
export function addressesOf({ result }: CallOutcome): readonly string[] {
  return result?.ips?.map((ip) => ip.address) ?? []
}

/** What the file of a taken address says. */
export function ownerText(containerId: string, ifName = 'net1'): string {
  return `${containerId}\r\n${ifName}`
}
