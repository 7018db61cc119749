/** The hardware address of a bridge that is a gateway. */

import type { Site } from '#cni/interface-plugin.ts'
import type { Link } from '#kernel/link.ts'
import type { BridgeConfig } from './config.ts'

/** Whether the bridge has one of its own: any other takes the lowest of its ports, who come and go. */
export function keepsMac({ config, call }: Site<BridgeConfig>): boolean {
  return config.isGateway && config.vlan === 0 && call.network.ipamType !== undefined
}

/** A bridge that has lost its last port has none. */
export function hasNoMac({ mac }: Link): boolean {
  return mac === undefined || mac === '00:00:00:00:00:00'
}
