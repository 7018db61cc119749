/** The VLANs of a port of the bridge. */

import { explained } from '#cni/explain.ts'
import type { BridgeVlan } from '#kernel/bridge-port.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import type { BridgeConfig } from './config.ts'

/** The VLANs of a port, as far as the configuration says anything of them. */
export type PortVlans = Pick<BridgeConfig, 'vlan' | 'trunk' | 'keepsDefaultVlan'>

/** The VLAN of frames without a tag where only VLANs with tags are given. */
const nativeVlan = 1

/**
 * Puts a port into its VLANs: `bridge vlan add dev PORT vid ID`.
 *
 * A VLAN that is given both with and without a tag has one, as in the reference plugin.
 */
export function joinVlans(host: Namespace, port: Link, config: PortVlans): void {
  const wanted = wantedVlans(config)
  if (wanted.length === 0) return
  const hints = { EOPNOTSUPP: 'the kernel needs CONFIG_BRIDGE_VLAN_FILTERING for VLANs' }
  explained(() => {
    if (!config.keepsDefaultVlan) {
      const present = host.listBridgeVlans(port.index).map(({ id }) => id)
      if (present.length > 0) host.removeBridgeVlans(port.index, present)
    }
    host.addBridgeVlans(port.index, wanted)
  }, hints)
}

/** The VLANs that the configuration puts a port into. */
export function wantedVlans({ vlan, trunk = [] }: PortVlans): readonly BridgeVlan[] {
  if (vlan === 0 && trunk.length === 0) return []
  const tagged = trunk.map((id) => ({ id, isPortDefault: false, isUntagged: false }))
  const untagged = { id: vlan || nativeVlan, isPortDefault: true, isUntagged: true }
  const isInTrunk = trunk.includes(untagged.id)
  if (vlan !== 0) return isInTrunk ? tagged : [untagged, ...tagged]
  return [...tagged.filter(({ id }) => id !== nativeVlan), untagged]
}
