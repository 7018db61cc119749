/** The parts of a result that look the same in every version: routes and resolver settings. */

import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { ipAddress, ipPrefix, listOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, type OptionalSchema, optional, type Schema, withDefault } from '#schema/schema.ts'
import type { JsonObject, JsonValue } from './json-text.ts'
import type { Dns, ResultRoute } from './result.ts'

const maxUint32 = 2 ** 32 - 1
const maxScope = 255

/** A route as results and configurations write it. */
export interface WireRoute {
  readonly dst: IpPrefix
  readonly gw?: IpAddress
  readonly mtu?: number
  readonly advmss?: number
  readonly priority?: number
  readonly table?: number
  readonly scope?: number
}

/** The schema of a route, also of one in an IPAM configuration; `decodeRoute` takes what it reads. */
export const routeSchema: Schema<WireRoute> = fields({
  dst: ipPrefix(),
  gw: optional(ipAddress()),
  mtu: optional(wholeNumber(0, maxUint32)),
  advmss: optional(wholeNumber(0, maxUint32)),
  priority: optional(wholeNumber(0, maxUint32)),
  table: optional(wholeNumber(0, maxUint32)),
  scope: optional(wholeNumber(0, maxScope)),
})

/** Zero means "not given", except for the table and the scope, which have a meaning at zero. */
export function decodeRoute(wire: WireRoute): ResultRoute {
  const { dst, gw, mtu, advmss, priority, table, scope } = wire
  return {
    destination: dst,
    ...(gw && { gateway: gw }),
    ...(mtu && { mtu }),
    ...(advmss && { advmss }),
    ...(priority && { priority }),
    ...(table !== undefined && { table }),
    ...(scope !== undefined && { scope }),
  }
}

export function encodeRoute(route: ResultRoute): JsonObject {
  return {
    dst: route.destination.toString(),
    gw: route.gateway?.toString(),
    mtu: route.mtu || undefined,
    advmss: route.advmss || undefined,
    priority: route.priority || undefined,
    table: route.table,
    scope: route.scope,
  }
}

/** The schema of resolver settings, of a configuration or a result. */
export const dnsSchema: Schema<Dns> = fields({
  nameservers: withDefault(listOf(text()), []),
  domain: optionalText(),
  search: withDefault(listOf(text()), []),
  options: withDefault(listOf(text()), []),
})

export function encodeDns(dns: Dns): JsonObject {
  return {
    nameservers: unlessEmpty(dns.nameservers),
    domain: dns.domain || undefined,
    search: unlessEmpty(dns.search),
    options: unlessEmpty(dns.options),
  }
}

/** A key that may be missing, or hold the empty text for the same. */
export function optionalText(): OptionalSchema<string> {
  return optional({ ...text(), emptyIsAbsent: true })
}

/** A list to print, or nothing: empty lists are left out. */
export function unlessEmpty<T extends JsonValue>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
