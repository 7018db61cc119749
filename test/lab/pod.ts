/** A sandbox and the calls of plugins for it. */

import { type CallOutcome, callPlugin, type PluginCall, type PluginCommand } from './cni-call.ts'
import type { Config } from './config-builders.ts'
import { LabNamespace } from './namespace.ts'

/** Where and with what a pod's plugins are called. */
export interface Runtime {
  readonly host: LabNamespace
  /** The folders of CNI_PATH. */
  readonly path: readonly string[]
}

/** What a call overrides; the rest comes from the pod and the configuration. */
export type CallOptions = Partial<Omit<PluginCall, 'command' | 'config'>>

let containers = 0

export class Pod extends LabNamespace {
  readonly containerId: string
  readonly runtime: Runtime

  constructor(space: LabNamespace, runtime: Runtime) {
    super(space.name)
    containers += 1
    this.containerId = `c${process.pid}-${containers}`
    this.runtime = runtime
  }

  /** Calls the plugin that the configuration's `type` names. */
  call(
    command: PluginCommand,
    config: Config | string,
    options: CallOptions = {},
  ): Promise<CallOutcome> {
    return callPlugin({
      command,
      config,
      plugin: typeof config === 'string' ? 'macvlan' : String(config.type),
      host: this.runtime.host,
      path: this.runtime.path,
      containerId: this.containerId,
      netns: this.path,
      ifName: 'net1',
      ...options,
    })
  }

  /** The name of the link of the host that `net1` leads to. */
  hostEnd(): string {
    const { link_index } = this.findLink('net1') ?? {}
    const links = this.runtime.host.links()
    return links.find(({ ifindex }) => ifindex === link_index)?.ifname ?? 'none'
  }

  add(config: Config, options?: CallOptions): Promise<CallOutcome> {
    return this.call('ADD', config, options)
  }

  del(config: Config, options?: CallOptions): Promise<CallOutcome> {
    return this.call('DEL', config, options)
  }

  check(config: Config, options?: CallOptions): Promise<CallOutcome> {
    return this.call('CHECK', config, options)
  }

  status(config: Config, options?: CallOptions): Promise<CallOutcome> {
    return this.call('STATUS', config, options)
  }

  gc(config: Config, options?: CallOptions): Promise<CallOutcome> {
    return this.call('GC', config, options)
  }
}
