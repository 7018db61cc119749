/** The kernel port on the compiled addon. */

import { isSystemError, SystemError } from '#base/system-error.ts'
import type { IpAddress } from '#ip/address.ts'
import type { Address, AddressFilter, AddressSpec } from './address.ts'
import type { BridgePortChange, BridgeVlan } from './bridge-port.ts'
import type { Kernel, Namespace } from './kernel.ts'
import type { Link, LinkChange, LinkKey, LinkSpec } from './link.ts'
import { missingLink } from './missing-link.ts'
import { type Addon, isAddon, type NativeNamespace } from './native.ts'
import {
  addressFromNative,
  addressToNative,
  neighbourFromNative,
  routeFromNative,
  routeToNative,
} from './native-values.ts'
import type { Neighbour, NeighbourFilter, NeighbourSpec } from './neighbour.ts'
import type { NftChain, NftChainKey, NftChange, NftRule, NftTableKey } from './nftables.ts'
import type { PacketSocket, PacketSocketRequest } from './packet-socket.ts'
import type { Route, RouteFilter, RouteSpec } from './route.ts'

/**
 * The kernel, by means of the loaded addon.
 *
 * @throws TypeError when `module` is not the addon this source belongs to
 */
export function openKernel(module: unknown): Kernel {
  if (!isAddon(module)) throw new TypeError('the loaded module is not the netwright addon')
  module.initialize(SystemError)
  return new AddonKernel(module)
}

/** Where a thread finds its own namespace, proc_pid_ns(5). */
const currentPath = '/proc/thread-self/ns/net'

class AddonKernel implements Kernel {
  readonly #addon: Addon

  constructor(addon: Addon) {
    this.#addon = addon
  }

  currentNamespace(): Namespace {
    return new AddonNamespace(new this.#addon.Namespace(), currentPath)
  }

  openNamespace(path: string): Namespace {
    return new AddonNamespace(new this.#addon.Namespace(path), path)
  }

  findNamespace(path: string): Namespace | undefined {
    try {
      return this.openNamespace(path)
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return undefined
      throw error
    }
  }

  createNamespace(name: string): Namespace {
    return this.openNamespace(this.#addon.createNamespace(name))
  }

  removeNamespace(name: string): boolean {
    return this.#addon.removeNamespace(name)
  }
}

class AddonNamespace implements Namespace {
  readonly path: string
  readonly #native: NativeNamespace

  constructor(native: NativeNamespace, path: string) {
    this.#native = native
    this.path = path
  }

  [Symbol.dispose](): void {
    this.#native.close()
  }

  static nativeOf(space: Namespace): NativeNamespace {
    if (!(#native in space)) throw new TypeError('a namespace of another kernel')
    return space.#native
  }

  isSameAs(other: Namespace): boolean {
    return this.#native.isSameAs(AddonNamespace.nativeOf(other))
  }

  link(key: LinkKey): Link {
    const link = this.findLink(key)
    if (link === undefined) throw missingLink(key, this.path)
    return link
  }

  findLink(key: LinkKey): Link | undefined {
    return this.#native.findLink(key)
  }

  listLinks(): Link[] {
    return this.#native.listLinks()
  }

  createLink(spec: LinkSpec): Link {
    const relatives = relativesOf(spec)
    const native = { ...spec, ...relatives.flattened }
    this.#native.createLink(native, relatives.parent, relatives.peer)
    try {
      return this.link(spec.name)
    } catch (failure) {
      // Whoever is not told of a new link cannot remove it.
      this.#native.removeLink(spec.name)
      throw failure
    }
  }

  changeLink(key: LinkKey, change: LinkChange): void {
    this.#native.changeLink(key, change)
  }

  moveLink(key: LinkKey, to: Namespace, name?: string): void {
    this.#native.moveLink(key, AddonNamespace.nativeOf(to), name)
  }

  removeLink(key: LinkKey): boolean {
    return this.#native.removeLink(key)
  }

  changeBridgePort(port: number, change: BridgePortChange): void {
    this.#native.changeBridgePort(port, change)
  }

  listBridgeVlans(port: number): BridgeVlan[] {
    return this.#native.listBridgeVlans(port)
  }

  addBridgeVlans(port: number, vlans: readonly BridgeVlan[]): void {
    this.#native.addBridgeVlans(port, vlans)
  }

  removeBridgeVlans(port: number, ids: readonly number[]): void {
    this.#native.removeBridgeVlans(port, ids)
  }

  addAddress(spec: AddressSpec): void {
    this.#native.addAddress(addressToNative(spec))
  }

  removeAddress(spec: AddressSpec): boolean {
    return this.#native.removeAddress(addressToNative(spec))
  }

  listAddresses(filter: AddressFilter = {}): Address[] {
    return this.#native.listAddresses(filter.link, filter.family).map(addressFromNative)
  }

  addRoute(spec: RouteSpec): void {
    this.#native.addRoute(routeToNative(spec))
  }

  removeRoute(spec: RouteSpec): boolean {
    return this.#native.removeRoute(routeToNative(spec))
  }

  listRoutes({ family, table, link }: RouteFilter = {}): Route[] {
    const families = family === undefined ? [4, 6] : [family]
    return families.flatMap((one) => this.#native.listRoutes(one, table, link).map(routeFromNative))
  }

  setNeighbour(spec: NeighbourSpec): void {
    this.#native.setNeighbour({ ...spec, address: spec.address.toString() })
  }

  removeNeighbour(link: number, address: IpAddress): boolean {
    return this.#native.removeNeighbour({ link, address: address.toString() })
  }

  listNeighbours(filter: NeighbourFilter = {}): Neighbour[] {
    return this.#native.listNeighbours(filter.link, filter.family).map(neighbourFromNative)
  }

  readSysctl(key: string): string {
    return this.#native.readSysctl(key)
  }

  writeSysctl(key: string, value: string): void {
    this.#native.writeSysctl(key, value)
  }

  changeNftables(changes: readonly NftChange[]): void {
    this.#native.changeNftables(changes)
  }

  findNftChain(key: NftChainKey): NftChain | undefined {
    return this.#native.findNftChain(key)
  }

  listNftChains(key: NftTableKey): NftChain[] {
    return this.#native.listNftChains(key)
  }

  listNftRules(key: NftChainKey, commentPrefix?: string): NftRule[] {
    return this.#native.listNftRules(key, commentPrefix)
  }

  announceAddress(link: number, address: IpAddress): void {
    this.#native.announceAddress(link, address.toString())
  }

  openPacketSocket(request: PacketSocketRequest): PacketSocket {
    const socket = this.#native.openPacketSocket(request)
    return { send: (packet) => socket.send(packet), [Symbol.dispose]: () => socket.close() }
  }
}

interface Relatives {
  readonly flattened: Readonly<Record<string, unknown>>
  readonly parent?: NativeNamespace
  readonly peer?: NativeNamespace
}

/** The parent's index and the peer's properties as the addon takes them, and where they live. */
function relativesOf(spec: LinkSpec): Relatives {
  if ('parent' in spec) {
    const { index, namespace } = spec.parent
    const flattened = { parent: index }
    return namespace === undefined
      ? { flattened }
      : { flattened, parent: AddonNamespace.nativeOf(namespace) }
  }
  if ('peer' in spec) {
    const { namespace, ...peer } = spec.peer
    return namespace === undefined
      ? { flattened: { peer } }
      : { flattened: { peer }, peer: AddonNamespace.nativeOf(namespace) }
  }
  return { flattened: {} }
}
