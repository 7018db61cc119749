/** Results of CNI 0.1.0 and 0.2.0: at most one address per family, in `ip4` and `ip6`. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import type { IpAddress, IpFamily } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { ipAddress, ipPrefix, listOf } from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import type { JsonObject } from './json-text.ts'
import { noDns, type Result } from './result.ts'
import {
  decodeRoute,
  dnsSchema,
  encodeDns,
  routeSchema,
  unlessEmpty,
  type WireRoute,
} from './result-parts.ts'

/** The address of one family with the routes of that family. */
interface WirePair {
  readonly ip: IpPrefix
  readonly gateway?: IpAddress
  readonly routes: readonly WireRoute[]
}

const pairSchema: Schema<WirePair> = fields({
  ip: ipPrefix(),
  gateway: optional(ipAddress()),
  routes: withDefault(listOf(routeSchema), []),
})

const resultSchema = fields({
  ip4: optional(pairSchema),
  ip6: optional(pairSchema),
  dns: withDefault(dnsSchema, noDns),
})

/** @throws ConfigError naming the part of the result that is not as expected */
export function decodePairs(raw: unknown, path: ConfigPath): Result {
  const { ip4, ip6, dns } = readConfig(resultSchema, raw, path)
  requireFamily(4, ip4, [...path, 'ip4', 'ip'])
  requireFamily(6, ip6, [...path, 'ip6', 'ip'])
  const pairs = [ip4, ip6].filter((found) => found !== undefined)
  return {
    interfaces: [],
    ips: pairs.map(({ ip, gateway }) => ({ address: ip, ...(gateway && { gateway }) })),
    routes: pairs.flatMap(({ routes }) => routes.map(decodeRoute)),
    dns,
  }
}

function requireFamily(family: IpFamily, pair: WirePair | undefined, path: ConfigPath): void {
  if (pair === undefined || pair.ip.address.family === family) return
  throw new ConfigError(path, `an IPv${family} prefix`, describeFound(pair.ip.toString()))
}

/**
 * Keeps the first address of each family, and of the routes of these families the destination and
 * the gateway; there is no place for anything else.
 *
 * @throws CniError when there is no address at all
 */
export function encodePairs(result: Result): JsonObject {
  const ip4 = encodePair(result, 4)
  const ip6 = encodePair(result, 6)
  if (ip4 === undefined && ip6 === undefined) {
    throw new CniError(
      cniErrorCodes.invalidConfig,
      'cannot convert: no valid IP addresses',
      'a result without addresses needs cniVersion 0.3.0 or newer',
    )
  }
  return { ip4, ip6, dns: encodeDns(result.dns) }
}

function encodePair(result: Result, family: IpFamily): JsonObject | undefined {
  const first = result.ips.find(({ address }) => address.address.family === family)
  if (first === undefined) return undefined
  const routes = result.routes.filter(({ destination }) => destination.address.family === family)
  const encoded = routes.map(({ destination, gateway }) => {
    return { dst: destination.toString(), gw: gateway?.toString() }
  })
  return {
    ip: first.address.toString(),
    gateway: first.gateway?.toString(),
    routes: unlessEmpty(encoded),
  }
}
