/** The port to the kernel's network: namespaces, and what can be done in one. */

import type { IpAddress } from '#ip/address.ts'
import type { Address, AddressFilter, AddressSpec } from './address.ts'
import type { BridgePortChange, BridgeVlan } from './bridge-port.ts'
import type { Link, LinkChange, LinkKey, LinkSpec } from './link.ts'
import type { Neighbour, NeighbourFilter, NeighbourSpec } from './neighbour.ts'
import type { NftChain, NftChainKey, NftChange, NftRule, NftTableKey } from './nftables.ts'
import type { PacketSocket, PacketSocketRequest } from './packet-socket.ts'
import type { Route, RouteFilter, RouteSpec } from './route.ts'

/** The network side of the kernel. All calls are synchronous: a request takes microseconds. */
export interface Kernel {
  /** The namespace this process is in. */
  currentNamespace(): Namespace
  /**
   * Opens the namespace at a path such as `/run/netns/blue` or `/proc/7/ns/net`.
   *
   * @throws SystemError, `ENOENT` when nothing is there, `EINVAL` when it is no network namespace
   */
  openNamespace(path: string): Namespace
  /** The namespace at a path, or nothing when nothing is there. */
  findNamespace(path: string): Namespace | undefined
  /** `ip netns add NAME`. @throws SystemError, `EEXIST` when the name is taken */
  createNamespace(name: string): Namespace
  /** `ip netns delete NAME`; returns whether it was there. */
  removeNamespace(name: string): boolean
}

/**
 * One network namespace, held open together with a netlink socket that lives in it. It can be used
 * from anywhere; nothing ever runs "inside" it.
 */
export interface Namespace extends Disposable {
  /** The path it was opened by. */
  readonly path: string
  /** Whether both are the same namespace, by device and inode. */
  isSameAs(other: Namespace): boolean

  /** `ip link show LINK`. @throws SystemError, `ENODEV` naming it */
  link(key: LinkKey): Link
  findLink(key: LinkKey): Link | undefined
  /** `ip -d link show` */
  listLinks(): Link[]
  /**
   * Brings a link into being here under its final name. @throws SystemError, `EEXIST` on the end of
   * a veth whose name is taken: its object is that end and the namespace it should be in
   */
  createLink(spec: LinkSpec): Link
  /** `ip link set LINK ...` */
  changeLink(key: LinkKey, change: LinkChange): void
  /** `ip link set LINK netns TO [name NAME]`; the link keeps its addresses no more. */
  moveLink(key: LinkKey, to: Namespace, name?: string): void
  /** `ip link delete LINK`; returns whether it was there. */
  removeLink(key: LinkKey): boolean

  /** `bridge link set dev PORT hairpin on isolated on` */
  changeBridgePort(port: number, change: BridgePortChange): void
  /** `bridge vlan show dev PORT`, by their numbers. */
  listBridgeVlans(port: number): BridgeVlan[]
  /**
   * `bridge vlan add dev PORT vid ID [pvid] [untagged]`; what the port knew of these VLANs is
   * overwritten. @throws SystemError, `EOPNOTSUPP` when the bridge or the kernel has no VLANs
   */
  addBridgeVlans(port: number, vlans: readonly BridgeVlan[]): void
  /** `bridge vlan delete dev PORT vid ID`; what the port is not in is passed over. */
  removeBridgeVlans(port: number, ids: readonly number[]): void

  /** @throws SystemError, `EEXIST` when the link has it */
  addAddress(spec: AddressSpec): void
  removeAddress(spec: AddressSpec): boolean
  listAddresses(filter?: AddressFilter): Address[]

  /**
   * Adds beside whatever is there, as `NLM_F_CREATE` alone does: another route to the same
   * destination stays. @throws SystemError, `EEXIST` when this very route is there
   */
  addRoute(spec: RouteSpec): void
  removeRoute(spec: RouteSpec): boolean
  listRoutes(filter?: RouteFilter): Route[]

  /** Adds or overwrites. */
  setNeighbour(spec: NeighbourSpec): void
  removeNeighbour(link: number, address: IpAddress): boolean
  listNeighbours(filter?: NeighbourFilter): Neighbour[]

  /** The value of a key such as `net/ipv4/conf/eth0/arp_notify`. @throws SystemError, `ENOENT` */
  readSysctl(key: string): string
  writeSysctl(key: string, value: string): void

  /**
   * Carries out all changes of nf_tables, in order, or none.
   *
   * @throws SystemError naming the first change that was refused
   */
  changeNftables(changes: readonly NftChange[]): void
  /** `nft list chain FAMILY TABLE CHAIN` without its rules; nothing when it is not there. */
  findNftChain(key: NftChainKey): NftChain | undefined
  /** The chains of a table; none when there is no such table. */
  listNftChains(key: NftTableKey): NftChain[]
  /**
   * The rules of a chain in their order, or those whose comments begin so; none when there is no such
   * chain.
   */
  listNftRules(key: NftChainKey, commentPrefix?: string): NftRule[]

  /**
   * Tells the neighbours on a link that an address is now here: a gratuitous ARP request (RFC 5227
   * §2.3) or an unsolicited neighbour advertisement (RFC 4861 §7.2.6), from the link's own hardware
   * address. `arping -U`, `ndsend`.
   */
  announceAddress(link: number, address: IpAddress): void

  /** @throws SystemError, `ENODEV` when there is no such link */
  openPacketSocket(request: PacketSocketRequest): PacketSocket
}
