/** Ports of a bridge: links whose `controller` is one. */

/** What to overwrite on a port; what is absent stays. `IFLA_BRPORT_*` of `<linux/if_link.h>`. */
export interface BridgePortChange {
  /** Whether a frame may leave by the port it came from. */
  readonly isHairpin?: boolean
  /** Whether no frame goes from this port to another one that is isolated. */
  readonly isIsolated?: boolean
}

/** What the kernel tells of a port. */
export interface BridgePortData {
  readonly isHairpin: boolean
  readonly isIsolated: boolean
}

/** A VLAN that a port belongs to: `struct bridge_vlan_info` of `<linux/if_bridge.h>`. */
export interface BridgeVlan {
  /** From 1 to 4094. */
  readonly id: number
  /** `BRIDGE_VLAN_INFO_PVID`: frames that come in without a tag belong to it. */
  readonly isPortDefault: boolean
  /** `BRIDGE_VLAN_INFO_UNTAGGED`: its frames leave without a tag. */
  readonly isUntagged: boolean
}
