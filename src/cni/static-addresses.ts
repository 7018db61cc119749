/** Addresses that a configuration or `CNI_ARGS` names, with their gateways. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findIpPrefix, prefixContains } from '#ip/prefix.ts'
import { ipAddress, text } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'
import { invalidCniArg } from './cni-args.ts'
import type { ResultIp } from './result.ts'

/** An entry of `ipam.addresses`. */
export interface ConfiguredAddress {
  readonly address?: string
  readonly gateway?: IpAddress
}

/** The schema of an entry. The address stays a text until it is known to count. */
export const addressKeys: Schema<ConfiguredAddress> = fields({
  address: optional(text()),
  gateway: optional(ipAddress()),
})

/** What an address with its prefix length has to look like. */
export const prefixExpectation = 'an address in CIDR notation such as 10.1.2.3/24'

/** @throws ConfigError */
export function readConfiguredAddress(
  { address, gateway }: ConfiguredAddress,
  path: ConfigPath,
): ResultIp {
  const prefix = address === undefined ? undefined : findIpPrefix(address)
  if (prefix === undefined) {
    throw new ConfigError([...path, 'address'], prefixExpectation, describeFound(address))
  }
  if (gateway === undefined) return { address: prefix }
  const { family } = prefix.address
  if (gateway.family === family) return { address: prefix, gateway }
  const expected = `an IPv${family} address, as ${prefix} is one`
  throw new ConfigError([...path, 'gateway'], expected, describeFound(gateway.toString()))
}

/** The addresses of `IP`, each with its gateway as `gatewayFor` has it. @throws CniError */
export function readAddressArguments(pairs: ReadonlyMap<string, string>): readonly ResultIp[] {
  const gateways = readGatewayArgument(pairs)
  return readPrefixes(pairs.get('IP') ?? '').map((ip) => ({ ...ip, ...gatewayFor(ip, gateways) }))
}

/** The gateways of `GATEWAY`. @throws CniError */
export function readGatewayArgument(pairs: ReadonlyMap<string, string>): readonly IpAddress[] {
  const value = pairs.get('GATEWAY') ?? ''
  return listIn(value).map((item) => {
    const address = findIpAddress(item)
    if (address !== undefined) return address
    throw invalidCniArg('GATEWAY', value, `invalid gateway address: ${item}`)
  })
}

/** A gateway is that of every address whose network it is in; the last of several counts. */
export function gatewayFor(
  { address }: ResultIp,
  gateways: readonly IpAddress[],
): Pick<ResultIp, 'gateway'> {
  const gateway = gateways.filter((candidate) => prefixContains(address, candidate)).at(-1)
  return gateway === undefined ? {} : { gateway }
}

/** The items of a value of `CNI_ARGS`. The empty value counts as none, an empty item as one. */
export function listIn(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim())
}

function readPrefixes(value: string): readonly ResultIp[] {
  return listIn(value).map((item) => {
    const address = findIpPrefix(item)
    if (address !== undefined) return { address }
    const reason = `the 'ip' field is expected to be in CIDR notation, got: '${item}'`
    throw invalidCniArg('IP', value, reason)
  })
}
