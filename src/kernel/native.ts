/** The compiled addon as scripts see it: `native/binding`. */

import type { Address } from './address.ts'
import type { BridgePortChange, BridgeVlan } from './bridge-port.ts'
import type { Link, LinkChange, LinkKey } from './link.ts'
import type { NeighbourState } from './neighbour.ts'
import type { NftChain, NftChainKey, NftChange, NftRule, NftTableKey } from './nftables.ts'
import type { PacketSocketRequest, SentPacket } from './packet-socket.ts'
import type { NextHop, Route } from './route.ts'

/** `createLink` flattens a parent to its index and a peer to its own properties. */
export type NativeLinkSpec = Readonly<Record<string, unknown>>

export type NativeAddress = Omit<Address, 'prefix' | 'broadcast'> & {
  readonly address: string
  readonly prefixLength: number
  readonly broadcast?: string
}

export interface NativeAddressSpec {
  readonly link: number
  readonly address: string
  readonly prefixLength: number
  readonly broadcast?: string | undefined
  readonly scope?: number | undefined
  readonly skipsDuplicateDetection?: boolean | undefined
}

export type NativeNextHop = Omit<NextHop, 'gateway'> & { readonly gateway?: string }

export type NativeRoute = Omit<Route, 'destination' | 'gateway' | 'source' | 'nextHops'> & {
  readonly destination: string
  readonly destinationLength: number
  readonly gateway?: string
  readonly source?: string
  readonly nextHops?: readonly NativeNextHop[]
}

/** A route to add or to remove; what is `undefined` is left out. */
export type NativeRouteSpec = Readonly<
  Record<string, string | number | boolean | undefined> & {
    destination: string
    destinationLength: number
  }
>

export interface NativeNeighbour {
  readonly link: number
  readonly address: string
  readonly mac?: string | undefined
  readonly state?: NeighbourState | undefined
}

/**
 * `native/binding/namespace-methods.h`. Families are 4 and 6. Links come as they are: the addon writes
 * hardware addresses in the canonical form of a `Mac`.
 */
export interface NativeNamespace {
  close(): void
  isSameAs(other: NativeNamespace): boolean
  findLink(key: LinkKey): Link | undefined
  listLinks(): Link[]
  createLink(spec: NativeLinkSpec, parent?: NativeNamespace, peer?: NativeNamespace): void
  changeLink(key: LinkKey, change: LinkChange): void
  moveLink(key: LinkKey, to: NativeNamespace, name?: string): void
  removeLink(key: LinkKey): boolean
  changeBridgePort(port: number, change: BridgePortChange): void
  listBridgeVlans(port: number): BridgeVlan[]
  addBridgeVlans(port: number, vlans: readonly BridgeVlan[]): void
  removeBridgeVlans(port: number, ids: readonly number[]): void
  addAddress(address: NativeAddressSpec): void
  removeAddress(address: NativeAddressSpec): boolean
  listAddresses(link?: number, family?: number): NativeAddress[]
  addRoute(route: NativeRouteSpec): void
  removeRoute(route: NativeRouteSpec): boolean
  listRoutes(family: number, table?: number, link?: number): NativeRoute[]
  setNeighbour(neighbour: NativeNeighbour): void
  removeNeighbour(neighbour: NativeNeighbour): boolean
  listNeighbours(link?: number, family?: number): Required<NativeNeighbour>[]
  readSysctl(key: string): string
  writeSysctl(key: string, value: string): void
  changeNftables(changes: readonly NftChange[]): void
  findNftChain(key: NftChainKey): NftChain | undefined
  listNftChains(key: NftTableKey): NftChain[]
  listNftRules(key: NftChainKey, commentPrefix?: string): NftRule[]
  announceAddress(link: number, address: string): void
  openPacketSocket(request: PacketSocketRequest): NativePacketSocket
}

/** `native/binding/packet-methods.h`. Hardware addresses come in the canonical form of a `Mac`. */
export interface NativePacketSocket {
  send(packet: SentPacket): void
  close(): void
}

/** `native/binding/addon.cc`. */
export interface Addon {
  /** Hands over the class that refused system calls are thrown as. */
  initialize(systemError: unknown): void
  /** Without a path, the namespace of the calling thread. */
  readonly Namespace: new (
    path?: string,
  ) => NativeNamespace
  /** Returns the path of the new namespace. */
  createNamespace(name: string): string
  removeNamespace(name: string): boolean
}

/** Whether a loaded module is the addon this source belongs to. */
export function isAddon(module: unknown): module is Addon {
  return (
    typeof module === 'object' &&
    module !== null &&
    'initialize' in module &&
    'Namespace' in module &&
    'createNamespace' in module &&
    'removeNamespace' in module
  )
}
