/**
 * What `import ... from 'netwright'` gives on Node.js: the kernel's network as objects, the CNI
 * plugins and their protocol, and the ports between them.
 *
 * ```ts
 * import { openKernel } from 'netwright'
 *
 * using blue = openKernel().openNamespace('/run/netns/blue')
 * for (const { name, mtu } of blue.listLinks()) console.log(name, mtu)
 * ```
 */

import { loadAddon } from '#host/node.ts'
import { openKernel as openKernelThrough } from '#kernel/addon.ts'
import type { Kernel } from '#kernel/kernel.ts'

/**
 * The kernel of this machine. Namespaces are opened through it.
 *
 * @throws Error when the native addon was neither built nor shipped for this machine
 */
export function openKernel(): Kernel {
  return openKernelThrough(loadAddon())
}

export { CniError, cniErrorCodes } from '#base/cni-error.ts'
export { ConfigError, type ConfigPath } from '#base/config-error.ts'
export { isSystemError, SystemError, type SystemErrorFacts } from '#base/system-error.ts'
export type { Call, Command } from '#cni/call.ts'
export { type Dispatch, dispatch } from '#cni/dispatch.ts'
export type { Attachment, NetworkConfig } from '#cni/network-config.ts'
export type { Plugin, PluginCatalog, PluginEntry } from '#cni/plugin.ts'
export type { Dns, Result, ResultInterface, ResultIp, ResultRoute } from '#cni/result.ts'
export { decodeResult, encodeResult, type ResultSource } from '#cni/result-versions.ts'
export { type CniVersion, currentVersion, supportedVersions } from '#cni/version.ts'
export type {
  Clock,
  Environment,
  FileStatus,
  Files,
  Host,
  LockRequest,
  NewFile,
  Processes,
  ProcessOutcome,
  ProcessRequest,
  Random,
  SignalName,
  Streams,
} from '#host/host.ts'
export type {
  AnswerRequest,
  Http,
  HttpAnswer,
  HttpClient,
  HttpClientOptions,
  HttpEndpoint,
  HttpHead,
  HttpRequest,
  HttpServer,
  HttpStream,
  ServedAnswer,
  ServedRequest,
  TlsOptions,
} from '#host/http.ts'
export { nodeHost } from '#host/node.ts'
export type {
  AdoptRequest,
  Connection,
  ConnectRequest,
  Listener,
  ListenRequest,
  Peer,
  Sockets,
} from '#host/sockets.ts'
export {
  compareIpAddresses,
  findIpAddress,
  IpAddress,
  type IpFamily,
  nextIpAddress,
  offsetIpAddress,
  parseIpAddress,
} from '#ip/address.ts'
export { findMac, type Mac, parseMac } from '#ip/mac.ts'
export {
  broadcastAddress,
  defaultPrefix,
  findIpPrefix,
  IpPrefix,
  isDefaultPrefix,
  lastAddress,
  networkAddress,
  networkPrefix,
  parseIpPrefix,
  prefixContains,
} from '#ip/prefix.ts'
export { ipamCatalog } from '#ipam/catalog.ts'
export type { Address, AddressFilter, AddressSpec } from '#kernel/address.ts'
export type { Kernel, Namespace } from '#kernel/kernel.ts'
export type {
  BridgeData,
  BridgeSpec,
  DummySpec,
  IpvlanData,
  IpvlanFlag,
  IpvlanMode,
  IpvlanSpec,
  Link,
  LinkChange,
  LinkKey,
  LinkSpec,
  MacvlanData,
  MacvlanMode,
  MacvlanSpec,
  OperationalState,
  ParentLink,
  TapData,
  TapSpec,
  TunData,
  VethPeer,
  VethSpec,
  VlanData,
  VlanSpec,
} from '#kernel/link.ts'
export type {
  Neighbour,
  NeighbourFilter,
  NeighbourSpec,
  NeighbourState,
} from '#kernel/neighbour.ts'
export type {
  NftChain,
  NftChainKey,
  NftChange,
  NftExpression,
  NftFamily,
  NftHook,
  NftMetaKey,
  NftRule,
  NftTableKey,
  NftVerdictName,
} from '#kernel/nftables.ts'
export {
  type EtherType,
  etherTypes,
  type PacketSocket,
  type PacketSocketRequest,
  type ReceivedPacket,
  type SentPacket,
} from '#kernel/packet-socket.ts'
export {
  mainTable,
  type NextHop,
  type Route,
  type RouteFilter,
  type RouteSpec,
  type RouteType,
} from '#kernel/route.ts'
export { pluginCatalog } from '#plugins/catalog.ts'
