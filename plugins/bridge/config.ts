/** The configuration keys of the bridge plugin. */

import { ConfigError } from '#base/config-error.ts'
import { type Announcements, announceKey } from '#cni/announcements.ts'
import type { Call } from '#cni/call.ts'
import { mtuKey } from '#cni/ethernet-mtu.ts'
import { readMacArgument, unicastMac } from '#cni/hardware-address.ts'
import { type MasqueradeKeys, masqueradeKeys } from '#cni/masquerade-keys.ts'
import { ownDnsKey } from '#cni/own-dns.ts'
import type { Mac } from '#ip/mac.ts'
import { flag, interfaceName, listOf, mac, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import { requireGatewayName } from './vlan-gateway.ts'
import { type TrunkEntry, trunkEntry, trunkIds } from './vlan-trunk.ts'

export interface BridgeConfig {
  /** Name of the bridge. */
  readonly bridge: string
  /** Whether the bridge gets the address of the gateway. */
  readonly isGateway: boolean
  /** Whether the result gets default routes through the gateway. */
  readonly isDefaultGateway: boolean
  /** Whether addresses of the bridge that are in the gateway's way are removed. */
  readonly replacesAddresses: boolean
  readonly masquerades: boolean
  /** Absent for one that works here. */
  readonly masqueradeBackend: MasqueradeKeys['ipMasqBackend']
  /** Bytes, of a new bridge and both ends of the veth; 0 for the kernel's default. */
  readonly mtu: number
  readonly isHairpin: boolean
  readonly isPromiscuous: boolean
  readonly isIsolated: boolean
  /** The VLAN of frames without a tag; 0 for none in particular. */
  readonly vlan: number
  /** The VLANs of frames with a tag, by their numbers; absent when nothing was said. */
  readonly trunk?: readonly number[]
  readonly keepsDefaultVlan: boolean
  /** Whether frames of the container must come from its own hardware address. */
  readonly guardsMac: boolean
  /** Whether IPv6 addresses in the container are checked for duplicates. */
  readonly detectsDuplicates: boolean
  /** Whether the interface in the container stays down. */
  readonly staysDown: boolean
  readonly mac?: Mac
  /** Whether the resolver settings of this configuration replace those of the IPAM plugin. */
  readonly suppliesDns: boolean
  readonly announcements: Announcements
}

export const defaultBridge = 'cni0'
const largestVlan = 4094

const runtimeKeys = fields({ mac: optional(mac()) })
const argsCniKeys = fields({ mac: optional(mac()) })
const argsKeys = fields({ cni: optional(argsCniKeys) })
const bridgeName = { ...interfaceName(), emptyIsAbsent: true }

interface MacKeys {
  readonly runtimeConfig?: { readonly mac?: Mac }
  readonly args?: { readonly cni?: { readonly mac?: Mac } }
}

interface Keys extends MacKeys, MasqueradeKeys {
  readonly bridge: string
  readonly isGateway: boolean
  readonly isDefaultGateway: boolean
  readonly forceAddress: boolean
  readonly mtu: number
  readonly hairpinMode: boolean
  readonly promiscMode: boolean
  readonly portIsolation: boolean
  readonly vlan: number
  readonly vlanTrunk?: readonly TrunkEntry[]
  readonly preserveDefaultVlan: boolean
  readonly macspoofchk: boolean
  readonly enabledad: boolean
  readonly disableContainerInterface: boolean
  readonly announce: Announcements
  readonly dns: boolean
}

/** The schema of every key. */
export const bridgeKeys: Schema<Keys> = fields({
  bridge: withDefault(bridgeName, defaultBridge),
  isGateway: withDefault(flag(), false),
  isDefaultGateway: withDefault(flag(), false),
  forceAddress: withDefault(flag(), false),
  ...masqueradeKeys,
  mtu: mtuKey,
  hairpinMode: withDefault(flag(), false),
  promiscMode: withDefault(flag(), false),
  portIsolation: withDefault(flag(), false),
  vlan: withDefault(wholeNumber(0, largestVlan), 0),
  vlanTrunk: optional(listOf(trunkEntry)),
  preserveDefaultVlan: withDefault(flag(), false),
  macspoofchk: withDefault(flag(), false),
  enabledad: withDefault(flag(), false),
  disableContainerInterface: withDefault(flag(), false),
  announce: announceKey,
  dns: ownDnsKey,
  args: optional(argsKeys),
  runtimeConfig: optional(runtimeKeys),
})

/** @throws ConfigError; CniError 4 when `CNI_ARGS` is not what it must be */
export function readBridgeConfig({ command, rawConfig, args, network }: Call): BridgeConfig {
  const keys = readConfig(bridgeKeys, rawConfig)
  const isAttaching = command === 'ADD' || command === 'STATUS'
  if (isAttaching && keys.disableContainerInterface && network.ipamType !== undefined) {
    const expected = 'false in a configuration with ipam'
    throw new ConfigError(['disableContainerInterface'], expected, 'true')
  }
  if (isAttaching && keys.hairpinMode && keys.promiscMode) {
    const found = 'true: cannot set hairpin mode and promiscuous mode at the same time'
    throw new ConfigError(['promiscMode'], 'false beside hairpinMode', found)
  }
  const isGateway = keys.isGateway || keys.isDefaultGateway
  if (isAttaching && isGateway && keys.vlan !== 0) requireGatewayName(keys)
  const chosenMac = chooseMac(keys, args)
  return {
    bridge: keys.bridge,
    isGateway,
    isDefaultGateway: keys.isDefaultGateway,
    replacesAddresses: keys.forceAddress,
    masquerades: keys.ipMasq,
    masqueradeBackend: keys.ipMasqBackend,
    mtu: keys.mtu,
    isHairpin: keys.hairpinMode,
    isPromiscuous: keys.promiscMode,
    isIsolated: keys.portIsolation,
    vlan: keys.vlan,
    keepsDefaultVlan: keys.preserveDefaultVlan,
    guardsMac: keys.macspoofchk,
    detectsDuplicates: keys.enabledad,
    staysDown: keys.disableContainerInterface,
    suppliesDns: keys.dns,
    announcements: keys.announce,
    ...(keys.vlanTrunk === undefined ? {} : { trunk: trunkIds(keys.vlanTrunk) }),
    ...(chosenMac === undefined ? {} : { mac: chosenMac }),
  }
}

function chooseMac({ runtimeConfig, args: { cni } = {} }: MacKeys, args: string): Mac | undefined {
  return (
    unicastMac(runtimeConfig?.mac, 'runtimeConfig', 'mac') ??
    unicastMac(cni?.mac, 'args', 'cni', 'mac') ??
    readMacArgument(args)
  )
}
