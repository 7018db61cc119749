/** Links: network interfaces and what can be said of them. */

import type { Mac } from '#ip/mac.ts'
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

/** What the kernel tells of a bridge, `IFLA_BR_*`; times in 1/100 s. */
export interface BridgeData {
  readonly hasVlanFiltering?: boolean
  readonly defaultVlan?: number
  readonly ageingTime?: number
  readonly hasMulticastSnooping?: boolean
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
  readonly macvlan?: MacvlanData
  readonly bridge?: BridgeData
}

interface LinkSpecFields {
  /** At most 15 bytes, no slash, no white space. */
  readonly name: string
  readonly mtu?: number
  readonly mac?: Mac
  readonly isUp?: boolean
  readonly alias?: string
  readonly txQueueLength?: number
}

/** `ip link add NAME link PARENT type macvlan mode MODE` */
export interface MacvlanSpec extends LinkSpecFields {
  readonly kind: 'macvlan'
  readonly parent: ParentLink
  readonly macvlan: MacvlanData
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

/** What to create: one member per kind. */
export type LinkSpec = MacvlanSpec | VethSpec | BridgeSpec | DummySpec

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
  readonly alias?: string
  readonly txQueueLength?: number
  /** Index of the bridge to become a port of; 0 to leave it. */
  readonly controller?: number
}
