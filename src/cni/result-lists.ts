/** Results since CNI 0.3.0: lists of interfaces, addresses and routes. */

import type { ConfigPath } from '#base/config-error.ts'
import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { ipAddress, ipPrefix, listOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import type { JsonObject } from './json-text.ts'
import { noDns, type Result, type ResultInterface, type ResultIp } from './result.ts'
import {
  decodeRoute,
  dnsSchema,
  encodeDns,
  encodeRoute,
  optionalText,
  routeSchema,
  unlessEmpty,
  type WireRoute,
} from './result-parts.ts'
import { type CniVersion, isAtLeast } from './version.ts'

/** Far more than any sandbox has; positions are checked against the list where they are used. */
const maxPosition = 65_535
const maxMtu = 2 ** 32 - 1

interface WireInterface {
  readonly name: string
  readonly mac?: string
  readonly mtu?: number
  readonly sandbox?: string
  readonly socketPath?: string
  readonly pciID?: string
}

/** `version` ("4" or "6") of 0.3.0 to 0.4.0 is not read: the address tells. */
interface WireIp {
  readonly address: IpPrefix
  readonly gateway?: IpAddress
  readonly interface?: number
}

interface WireLists {
  readonly interfaces: readonly WireInterface[]
  readonly ips: readonly WireIp[]
  readonly routes: readonly WireRoute[]
  readonly dns: Result['dns']
}

const interfaceSchema: Schema<WireInterface> = fields({
  name: text(),
  mac: optionalText(),
  mtu: optional(wholeNumber(0, maxMtu)),
  sandbox: optionalText(),
  socketPath: optionalText(),
  pciID: optionalText(),
})

const ipSchema: Schema<WireIp> = fields({
  address: ipPrefix(),
  gateway: optional(ipAddress()),
  interface: optional(wholeNumber(0, maxPosition)),
})

const listSchema: Schema<WireLists> = fields({
  interfaces: withDefault(listOf(interfaceSchema), []),
  ips: withDefault(listOf(ipSchema), []),
  routes: withDefault(listOf(routeSchema), []),
  dns: withDefault(dnsSchema, noDns),
})

/** @throws ConfigError naming the part of the result that is not as expected */
export function decodeLists(raw: unknown, path: ConfigPath): Result {
  const { interfaces, ips, routes, dns } = readConfig(listSchema, raw, path)
  return { interfaces: interfaces.map(decodeInterface), ips, routes: routes.map(decodeRoute), dns }
}

function decodeInterface({ mtu, pciID, ...others }: WireInterface): ResultInterface {
  return { ...others, ...(mtu && { mtu }), ...(pciID !== undefined && { pciId: pciID }) }
}

/** 0.3.0 to 0.4.0: a fixed order of keys, addresses tell their family, `dns` is always there. */
export function encodeLists(result: Result): JsonObject {
  return {
    interfaces: unlessEmpty(result.interfaces.map(encodeInterface)),
    ips: unlessEmpty(result.ips.map(encodeFamilyAndIp)),
    routes: unlessEmpty(result.routes.map(encodeRoute)),
    dns: encodeDns(result.dns),
  }
}

/** 1.0.0 and later: `dns` only where it says something. */
export function encodeModernLists(result: Result, version: CniVersion): JsonObject {
  const hasDetails = isAtLeast(version, '1.1.0')
  const interfaces = result.interfaces.map(hasDetails ? encodeDetailedInterface : encodeInterface)
  const dns = encodeDns(result.dns)
  return {
    interfaces: unlessEmpty(interfaces),
    ips: unlessEmpty(result.ips.map(encodeIp)),
    routes: unlessEmpty(result.routes.map(encodeRoute)),
    dns: Object.values(dns).every((value) => value === undefined) ? undefined : dns,
  }
}

function encodeInterface({ name, mac, sandbox }: ResultInterface): JsonObject {
  return { name, mac: mac || undefined, sandbox: sandbox || undefined }
}

/** What CNI 1.1.0 added. */
function encodeDetailedInterface(found: ResultInterface): JsonObject {
  return {
    ...encodeInterface(found),
    mtu: found.mtu || undefined,
    socketPath: found.socketPath || undefined,
    pciID: found.pciId || undefined,
  }
}

function encodeIp(ip: ResultIp): JsonObject {
  return {
    interface: ip.interface,
    address: ip.address.toString(),
    gateway: ip.gateway?.toString(),
  }
}

function encodeFamilyAndIp(ip: ResultIp): JsonObject {
  return { version: `${ip.address.address.family}`, ...encodeIp(ip) }
}
