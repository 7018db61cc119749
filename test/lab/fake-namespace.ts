/** A network namespace in memory, at the height of the port; for unit tests only. */

import type { IpAddress } from '#ip/address.ts'
import { type Mac, parseMac } from '#ip/mac.ts'
import { networkPrefix, prefixContains } from '#ip/prefix.ts'
import type { Address, AddressFilter, AddressSpec } from '#kernel/address.ts'
import type { BridgePortChange, BridgeVlan } from '#kernel/bridge-port.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, LinkChange, LinkKey, LinkSpec, TapSpec } from '#kernel/link.ts'
import type { Neighbour, NeighbourFilter, NeighbourSpec } from '#kernel/neighbour.ts'
import type { NftChain, NftChainKey, NftChange, NftRule, NftTableKey } from '#kernel/nftables.ts'
import type { PacketSocketRequest } from '#kernel/packet-socket.ts'
import { mainTable, type Route, type RouteFilter, type RouteSpec } from '#kernel/route.ts'
import { fakeError } from './fake-errors.ts'
import { FakeNftables } from './fake-nftables.ts'
import { FakePacketSocket } from './fake-packet-socket.ts'

/** One namespace; what a test wants to be there it puts into the public lists. */
export class FakeNamespace implements Namespace {
  readonly path: string
  readonly links: Link[] = []
  readonly addresses: Address[] = []
  readonly routes: Route[] = []
  readonly neighbours: Neighbour[] = []
  readonly sysctls = new Map<string, string>()
  readonly nftables: FakeNftables = new FakeNftables()
  /** The VLANs of a port by its index. */
  readonly vlans = new Map<number, BridgeVlan[]>()
  /** `3 10.1.2.3` for each announcement. */
  readonly announcements: string[] = []
  /** Those that were opened, also when they are disposed. */
  readonly packetSockets: FakePacketSocket[] = []
  /** How often IPv6 addresses are listed before detection of duplicates has finished. */
  tentativeLists = 0
  readonly #onDispose: () => void
  #lastIndex = 0

  constructor(path: string, onDispose: () => void) {
    this.path = path
    this.#onDispose = onDispose
    this.addLink({ name: 'lo', isLoopback: true, mtu: 65536, isUp: true })
  }

  /** Puts a link there, as far as the test cares about it. */
  addLink(facts: Partial<Link> & { readonly name: string }): Link {
    const index = ++this.#lastIndex
    const link: Link = {
      index,
      isUp: false,
      hasCarrier: true,
      isLoopback: false,
      operationalState: 'unknown',
      mtu: 1500,
      txQueueLength: 1000,
      promiscuity: 0,
      ...facts,
    }
    this.links.push(link)
    this.sysctls.set(`net/ipv4/conf/${link.name}/arp_notify`, '0')
    for (const key of ['disable_ipv6', 'ndisc_notify', 'keep_addr_on_down']) {
      this.sysctls.set(`net/ipv6/conf/${link.name}/${key}`, '0')
    }
    return link
  }

  /** What an undone operation must not have changed. */
  snapshot(): unknown {
    const { links, addresses, routes, neighbours } = this
    return structuredClone({
      links,
      addresses: addresses.map((address) => ({ ...address, prefix: `${address.prefix}` })),
      routes: routes.map((route) => ({ ...route, destination: `${route.destination}` })),
      neighbours: neighbours.map((neighbour) => ({
        ...neighbour,
        address: `${neighbour.address}`,
      })),
    })
  }

  isSameAs(other: Namespace): boolean {
    return other === this
  }

  [Symbol.dispose](): void {
    this.#onDispose()
  }

  link(key: LinkKey): Link {
    const link = this.findLink(key)
    if (link === undefined) throw fakeError('ENODEV', 'find link', `${key}`)
    return link
  }

  findLink(key: LinkKey): Link | undefined {
    return this.links.find((link) => link.index === key || link.name === key)
  }

  listLinks(): Link[] {
    return [...this.links]
  }

  createLink(spec: LinkSpec): Link {
    if (this.findLink(spec.name) !== undefined) throw fakeError('EEXIST', 'create link', spec.name)
    const { name, kind, mac = this.#nextMac(), isUp = false } = spec
    if (spec.kind === 'tap') return this.#createTap(spec, mac)
    if (!('parent' in spec)) return this.addLink({ name, kind, mac, isUp })
    const home = spec.parent.namespace ?? this
    const parent = home.link(spec.parent.index)
    return this.addLink({
      name,
      kind,
      mac,
      isUp,
      mtu: spec.mtu ?? parent.mtu,
      parent: parent.index,
      ...dataOf(spec),
      hasCarrier: parent.isUp,
      ...(home === this ? {} : { parentNamespaceId: 0 }),
    })
  }

  #createTap({ kind: _, tap = {}, ...facts }: TapSpec, mac: Mac): Link {
    const tun = { type: 'tap' as const, isMultiQueue: false, isPersistent: true, ...tap }
    return this.addLink({ kind: 'tun', mac, hasCarrier: false, ...facts, tun })
  }

  #nextMac(): Mac {
    return parseMac(`02:00:00:00:00:${(this.#lastIndex + 1).toString(16).padStart(2, '0')}`)
  }

  changeLink(key: LinkKey, { controller, isPromiscuous, ...change }: LinkChange): void {
    const link = this.link(key)
    const { alias, ...changed } = {
      ...link,
      ...change,
      ...(controller ? { controller } : {}),
      ...(isPromiscuous === undefined ? {} : { promiscuity: isPromiscuous ? 1 : 0 }),
    }
    this.links.splice(this.links.indexOf(link), 1, { ...changed, ...(alias ? { alias } : {}) })
  }

  moveLink(key: LinkKey, to: Namespace, name?: string): void {
    const { index: _, controller: __, ...link } = this.link(key)
    this.removeLink(key)
    if (to instanceof FakeNamespace) to.addLink({ ...link, isUp: false, name: name ?? link.name })
  }

  removeLink(key: LinkKey): boolean {
    const link = this.findLink(key)
    if (link === undefined) return false
    this.links.splice(this.links.indexOf(link), 1)
    removeWhere(this.addresses, (address) => address.link === link.index)
    removeWhere(this.routes, (route) => route.link === link.index)
    for (const setting of [...this.sysctls.keys()]) {
      if (setting.includes(`/conf/${link.name}/`)) this.sysctls.delete(setting)
    }
    return true
  }

  changeBridgePort(port: number, change: BridgePortChange): void {
    const link = this.link(port)
    const bridgePort = { isHairpin: false, isIsolated: false, ...link.bridgePort, ...change }
    this.links.splice(this.links.indexOf(link), 1, { ...link, bridgePort })
  }

  listBridgeVlans(port: number): BridgeVlan[] {
    this.link(port)
    return this.vlans.get(port) ?? []
  }

  addBridgeVlans(port: number, vlans: readonly BridgeVlan[]): void {
    const ids = vlans.map(({ id }) => id)
    this.removeBridgeVlans(port, ids)
    this.vlans.set(port, [...this.listBridgeVlans(port), ...vlans])
  }

  removeBridgeVlans(port: number, ids: readonly number[]): void {
    const kept = this.listBridgeVlans(port).filter(({ id }) => !ids.includes(id))
    this.vlans.set(port, kept)
  }

  addAddress({ link, prefix, broadcast, scope = 0 }: AddressSpec): void {
    this.link(link)
    const isThere = this.addresses.some((old) => old.link === link && old.prefix.equals(prefix))
    if (isThere) throw fakeError('EEXIST', 'add address', `${prefix}`)
    const state = { isTentative: false, isDuplicate: false, isPermanent: true }
    this.addresses.push({ link, prefix, scope, ...state, ...(broadcast ? { broadcast } : {}) })
  }

  removeAddress({ link, prefix }: AddressSpec): boolean {
    return removeWhere(this.addresses, (old) => old.link === link && old.prefix.equals(prefix))
  }

  listAddresses({ link, family }: AddressFilter = {}): Address[] {
    const isTentative = this.tentativeLists-- > 0
    return this.addresses
      .filter((address) => link === undefined || address.link === link)
      .filter(({ prefix }) => family === undefined || prefix.address.family === family)
      .map((address) => ({ ...address, isTentative: address.isTentative || isTentative }))
  }

  addRoute(spec: RouteSpec): void {
    const { gateway } = spec
    const networks = this.addresses.map(({ prefix }) => prefix)
    const isReachable = !gateway || networks.some((prefix) => prefixContains(prefix, gateway))
    if (!isReachable) throw fakeError('ENETUNREACH', 'add route', `${spec.destination}`)
    const defaults = { table: mainTable, scope: 0, protocol: 3, type: 'unicast', isOnlink: false }
    this.routes.push({
      ...defaults,
      ...spec,
      destination: networkPrefix(spec.destination),
    } as Route)
  }

  removeRoute({ destination, link }: RouteSpec): boolean {
    return removeWhere(
      this.routes,
      (route) => route.link === link && route.destination.equals(networkPrefix(destination)),
    )
  }

  listRoutes({ family, table, link }: RouteFilter = {}): Route[] {
    return this.routes
      .filter(({ destination }) => family === undefined || destination.address.family === family)
      .filter((route) => table === undefined || route.table === table)
      .filter((route) => link === undefined || route.link === link)
  }

  setNeighbour({ state = 'permanent', ...spec }: NeighbourSpec): void {
    this.removeNeighbour(spec.link, spec.address)
    this.neighbours.push({ ...spec, state })
  }

  removeNeighbour(link: number, address: IpAddress): boolean {
    return removeWhere(this.neighbours, (old) => old.link === link && old.address.equals(address))
  }

  listNeighbours({ link }: NeighbourFilter = {}): Neighbour[] {
    return this.neighbours.filter((neighbour) => link === undefined || neighbour.link === link)
  }

  readSysctl(key: string): string {
    const value = this.sysctls.get(key)
    if (value === undefined) throw fakeError('ENOENT', 'read sysctl', key)
    return value
  }

  writeSysctl(key: string, value: string): void {
    if (!this.sysctls.has(key)) throw fakeError('ENOENT', 'write sysctl', key)
    this.sysctls.set(key, value)
  }

  changeNftables(changes: readonly NftChange[]): void {
    this.nftables.change(changes)
  }

  findNftChain(key: NftChainKey): NftChain | undefined {
    return this.nftables.findChain(key)
  }

  listNftChains(key: NftTableKey): NftChain[] {
    return this.nftables.listChains(key)
  }

  listNftRules(key: NftChainKey, commentPrefix = ''): NftRule[] {
    const rules = this.nftables.listRules(key)
    return rules.filter(({ comment = '' }) => comment.startsWith(commentPrefix))
  }

  announceAddress(link: number, address: IpAddress): void {
    this.announcements.push(`${link} ${address}`)
  }

  openPacketSocket(request: PacketSocketRequest): FakePacketSocket {
    if (this.findLink(request.link) === undefined) {
      throw fakeError('ENODEV', 'open packet socket', `on link ${request.link}`)
    }
    const socket = new FakePacketSocket(this, request)
    this.packetSockets.push(socket)
    return socket
  }
}

/** What a link built on another has of its kind alone. */
function dataOf(spec: LinkSpec): Partial<Link> {
  if (spec.kind === 'macvlan') return { macvlan: spec.macvlan }
  if (spec.kind === 'ipvlan') return { ipvlan: spec.ipvlan }
  return spec.kind === 'vlan' ? { vlan: spec.vlan } : {}
}

function removeWhere<T>(list: T[], condition: (item: T) => boolean): boolean {
  const kept = list.filter((item) => !condition(item))
  const isChanged = kept.length < list.length
  list.splice(0, list.length, ...kept)
  return isChanged
}
