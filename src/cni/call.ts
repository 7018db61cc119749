/** One call of a plugin: what the runtime said in the environment and on standard input. */

import type { Host } from '#host/host.ts'
import type { Kernel } from '#kernel/kernel.ts'
import type { NetworkConfig } from './network-config.ts'
import type { Plugin } from './plugin.ts'

/** SPEC 1.1.0, "CNI operations". `VERSION` never reaches a plugin. */
export type Command = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS'

/** A checked call. What a command does not require is the empty string when it was not given. */
export interface Call {
  readonly command: Command
  /** `CNI_CONTAINERID`. */
  readonly containerId: string
  /** `CNI_NETNS`: the path of the sandbox's network namespace. */
  readonly netns: string
  /** `CNI_IFNAME`: the name of the link inside the sandbox. */
  readonly ifName: string
  /** `CNI_ARGS`, unparsed. */
  readonly args: string
  /** The folders of `CNI_PATH`. */
  readonly searchPath: readonly string[]
  /** The configuration's shared keys. */
  readonly network: NetworkConfig
  /** The configuration as it was decoded; a plugin reads its own keys from it with a schema. */
  readonly rawConfig: unknown
  /** The configuration as it was received; delegates get exactly this. */
  readonly configText: string
  readonly host: Host
  readonly kernel: Kernel
  /**
   * The plugin that executing the file at `path` would run, if that is this very program: then there is
   * no need to execute it.
   *
   * @throws SystemError when that cannot be found out
   */
  readonly findOwnPlugin: (path: string) => Promise<Plugin | undefined>
}
