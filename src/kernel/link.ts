/** Links: network interfaces and what can be said of them. */

import type { Mac } from '#ip/mac.ts'
import type { BridgePortData } from './bridge-port.ts'
import type { Namespace } from './kernel.ts'

/** A link by its name, or by its index in its namespace. */
export type LinkKey = string | number

/** Delivery between macvlans on one parent: `IFLA_MACVLAN_MODE` of `<linux/if_link.h>`. */
export type MacvlanMode = 'bridge' | 'private' | 'vepa' | 'passthru' | 'source'

/** What the kernel tells of a macvlan, `IFLA_MACVLAN_*`. */
export interface MacvlanData {
  readonly mode: MacvlanMode
  readonly broadcastQueueLength?: number
}

/** Where packets are switched: `IFLA_IPVLAN_MODE`. All ipvlans on one parent share it. */
export type IpvlanMode = 'l2' | 'l3' | 'l3s'

/** Delivery between ipvlans on one parent: `IFLA_IPVLAN_FLAGS` (Linux 4.15). They share it, too. */
export type IpvlanFlag = 'bridge' | 'private' | 'vepa'

/** What the kernel tells of an ipvlan, `IFLA_IPVLAN_*`. */
export interface IpvlanData {
  readonly mode: IpvlanMode
  readonly flag?: IpvlanFlag
}

/** What the kernel tells of a link in a VLAN, `IFLA_VLAN_*`. */
export interface VlanData {
  /** From 0 to 4094; IEEE 802.1Q. */
  readonly id: number
}

/** What the kernel tells of a bridge, `IFLA_BR_*`; times in 1/100 s. */
export interface BridgeData {
  readonly hasVlanFiltering?: boolean
  readonly defaultVlan?: number
  readonly ageingTime?: number
  readonly hasMulticastSnooping?: boolean
}

/** What the kernel tells of a tun or a tap, `IFLA_TUN_*`. */
export interface TunData extends TapData {
  /** Whether it carries packets or, as an Ethernet link does, frames. */
  readonly type: 'tun' | 'tap'
  readonly isMultiQueue: boolean
  /** Whether it stays when no program holds it. */
  readonly isPersistent: boolean
}

/** Who may open a tap besides a process with `CAP_NET_ADMIN`; everyone, when both are absent. */
export interface TapData {
  /** The number of the user it is for. */
  readonly owner?: number
  /** The number of the group it is for. */
  readonly group?: number
  /** Whether it can be opened several times, for a queue each. */
  readonly isMultiQueue?: boolean
}

/** The state of RFC 2863, `IFLA_OPERSTATE`. */
export type OperationalState =
  | 'unknown'
  | 'not-present'
  | 'down'
  | 'lower-layer-down'
  | 'testing'
  | 'dormant'
  | 'up'

/** A link as the kernel describes it (`RTM_NEWLINK`). */
export interface Link {
  readonly index: number
  readonly name: string
  /** The kind of a virtual link (`macvlan`, `veth`, ...); absent for hardware and the loopback. */
  readonly kind?: string
  /** `IFF_UP`: an administrator wants it up. */
  readonly isUp: boolean
  /** `IFF_LOWER_UP`: it has a carrier. */
  readonly hasCarrier: boolean
  readonly isLoopback: boolean
  readonly operationalState: OperationalState
  readonly mtu: number
  /** The largest MTU it can be given; absent where the kernel knows no limit. */
  readonly maxMtu?: number
  /** The hardware address; absent where there is none or it is not of six bytes. */
  readonly mac?: Mac
  readonly alias?: string
  readonly txQueueLength: number
  /** Index of the link it is built on, or of the other end of a veth. */
  readonly parent?: number
  /** The number under which the namespace of `parent` is known here; absent when it is this one. */
  readonly parentNamespaceId?: number
  /** Index of the bridge or bond it is a port of. */
  readonly controller?: number
  /** `IFLA_PROMISCUITY`: how many want it to take frames for others, too. */
  readonly promiscuity: number
  readonly macvlan?: MacvlanData
  readonly ipvlan?: IpvlanData
  readonly vlan?: VlanData
  readonly bridge?: BridgeData
  readonly tun?: TunData
  /** Of a port of a bridge. */
  readonly bridgePort?: BridgePortData
}

interface LinkSpecFields {
  /** At most 15 bytes, no slash, no white space. */
  readonly name: string
  readonly mtu?: number
  readonly mac?: Mac
  readonly isUp?: boolean
  readonly alias?: string
  readonly txQueueLength?: number
  /** Index of the bridge to be a port of from the beginning. */
  readonly controller?: number
}

/** `ip link add NAME link PARENT type macvlan mode MODE` */
export interface MacvlanSpec extends LinkSpecFields {
  readonly kind: 'macvlan'
  readonly parent: ParentLink
  readonly macvlan: MacvlanData
}

/**
 * `ip link add NAME link PARENT type ipvlan mode MODE FLAG`. The kernel gives mode and flag to every
 * ipvlan on the parent (ipvlan_link_new).
 */
export interface IpvlanSpec extends LinkSpecFields {
  readonly kind: 'ipvlan'
  readonly parent: ParentLink
  readonly ipvlan: IpvlanData
}

/**
 * `ip link add NAME link PARENT type vlan id ID`: `EEXIST`, too, when the parent has another link in
 * this VLAN, in whichever namespace.
 */
export interface VlanSpec extends LinkSpecFields {
  readonly kind: 'vlan'
  readonly parent: ParentLink
  readonly vlan: VlanData
}

/** `ip link add NAME type veth peer name PEER netns NS` */
export interface VethSpec extends LinkSpecFields {
  readonly kind: 'veth'
  readonly peer: VethPeer
}

/** `ip link add NAME type bridge` */
export interface BridgeSpec extends LinkSpecFields {
  readonly kind: 'bridge'
  readonly bridge?: BridgeData
}

/** `ip link add NAME type dummy` */
export interface DummySpec extends LinkSpecFields {
  readonly kind: 'dummy'
}

/** `ip tuntap add dev NAME mode tap`; the link is one of kind `tun`. */
export interface TapSpec extends LinkSpecFields {
  readonly kind: 'tap'
  readonly tap?: TapData
}

/** What to create: one member per kind. */
export type LinkSpec =
  | MacvlanSpec
  | IpvlanSpec
  | VlanSpec
  | VethSpec
  | BridgeSpec
  | DummySpec
  | TapSpec

/** The link another is built on, and where it lives. */
export interface ParentLink {
  readonly index: number
  /** Absent when it is in the namespace the new link is created in. */
  readonly namespace?: Namespace
}

/** The other end of a veth; it is born where it shall live. */
export interface VethPeer {
  readonly name: string
  /** Absent when it stays in the namespace of the first end. */
  readonly namespace?: Namespace
  readonly mtu?: number
  readonly mac?: Mac
}

/** What to overwrite on a link; what is absent stays. */
export interface LinkChange {
  readonly name?: string
  readonly mtu?: number
  readonly mac?: Mac
  readonly isUp?: boolean
  /** `IFF_PROMISC`: take frames for others, too. */
  readonly isPromiscuous?: boolean
  readonly alias?: string
  readonly txQueueLength?: number
  /** Index of the bridge to become a port of; 0 to leave it. */
  readonly controller?: number
}
