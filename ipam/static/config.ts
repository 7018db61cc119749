/** The keys of a configuration that static reads. */

import type { Call } from '#cni/call.ts'
import { readCniArgs } from '#cni/cni-args.ts'
import { requireRoom } from '#cni/family-room.ts'
import { type Dns, noDns, type ResultIp, type ResultRoute } from '#cni/result.ts'
import { decodeRoute, dnsSchema, routeSchema, type WireRoute } from '#cni/result-parts.ts'
import { addressKeys, type ConfiguredAddress } from '#cni/static-addresses.ts'
import { listOf, text } from '#schema/fields.ts'
import { fields, readConfig, type Schema, withDefault } from '#schema/schema.ts'
import { chooseAddresses } from './addresses.ts'

/** What an attachment is told, all of it. */
export interface StaticConfig {
  readonly ips: readonly ResultIp[]
  readonly routes: readonly ResultRoute[]
  readonly dns: Dns
}

const ipamKeys: Schema<Keys['ipam']> = fields({
  addresses: withDefault(listOf(addressKeys), []),
  routes: withDefault(listOf(routeSchema), []),
  dns: withDefault(dnsSchema, noDns),
})
const requestKeys = withDefault(fields({ ips: withDefault(listOf(text()), []) }), { ips: [] })

/** The schema of every key. */
export const staticKeys: Schema<Keys> = fields({
  ipam: ipamKeys,
  args: withDefault(fields({ cni: requestKeys }), { cni: { ips: [] } }),
  runtimeConfig: requestKeys,
})

interface Keys {
  readonly ipam: {
    readonly addresses: readonly ConfiguredAddress[]
    readonly routes: readonly WireRoute[]
    readonly dns: Dns
  }
  readonly args: { readonly cni: { readonly ips: readonly string[] } }
  readonly runtimeConfig: { readonly ips: readonly string[] }
}

/** @throws ConfigError or, for `CNI_ARGS`, CniError */
export function readStaticConfig({ rawConfig, args, network }: Call): StaticConfig {
  const keys = readConfig(staticKeys, rawConfig)
  const ips = chooseAddresses({
    configured: keys.ipam.addresses,
    arguments: readCniArgs(args, ['IP', 'GATEWAY']),
    inArgs: keys.args.cni.ips,
    inRuntimeConfig: keys.runtimeConfig.ips,
  })
  const families = ips.map(({ address }) => address.address.family)
  requireRoom({ families, path: ['ipam', 'addresses'], version: network.cniVersion })
  return { ips, routes: keys.ipam.routes.map(decodeRoute), dns: keys.ipam.dns }
}
