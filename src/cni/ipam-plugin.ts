/** The life cycle of a plugin that hands out addresses. */

import type { Call } from './call.ts'
import type { Plugin } from './plugin.ts'
import type { Result } from './result.ts'

/**
 * What is particular to one way of handing out addresses.
 *
 * `readConfig` runs first in every command, `DEL` and `GC` included, and may look at `call.command`
 * to ask less of a configuration that only has to be cleaned up after.
 */
export interface IpamDescriptor<Config> {
  /** The `ipam.type` of a configuration and the name of the executable. */
  readonly type: string
  /** @throws ConfigError or CniError */
  readConfig(call: Call): Config
  /** Takes addresses; a failure leaves none taken. */
  allocate(call: Call, config: Config): Promise<Result>
  /** Gives back everything this attachment holds; holding nothing is success. */
  release(call: Call, config: Config): Promise<void>
  /** @throws CniError when this attachment holds nothing */
  check(call: Call, config: Config): Promise<void>
  /**
   * Gives back what no attachment in `call.network.validAttachments` holds. The list may be absent,
   * which does not mean that it is empty.
   */
  collect(call: Call, config: Config): Promise<void>
  /** @throws CniError 50 or 51 when the next `allocate` would fail */
  status(call: Call, config: Config): Promise<void>
}

/** A plugin from a descriptor. Returning a promise unawaited would take two turns more. */
export function ipamPlugin<Config>(descriptor: IpamDescriptor<Config>): Plugin {
  return {
    type: descriptor.type,
    add: async (call) => await descriptor.allocate(call, descriptor.readConfig(call)),
    del: async (call) => await descriptor.release(call, descriptor.readConfig(call)),
    check: async (call) => await descriptor.check(call, descriptor.readConfig(call)),
    gc: async (call) => await descriptor.collect(call, descriptor.readConfig(call)),
    status: async (call) => await descriptor.status(call, descriptor.readConfig(call)),
  }
}
