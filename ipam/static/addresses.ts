/** Which of the addresses that a call names in several places are the attachment's. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { invalidCniArg } from '#cni/cni-args.ts'
import type { ResultIp } from '#cni/result.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findIpPrefix, prefixContains } from '#ip/prefix.ts'

/** An entry of `ipam.addresses`. */
export interface ConfiguredAddress {
  readonly address?: string
  readonly gateway?: IpAddress
}

/** All places where addresses are named. */
export interface AddressSources {
  readonly configured: readonly ConfiguredAddress[]
  /** `IP` and `GATEWAY` of `CNI_ARGS`. */
  readonly arguments: ReadonlyMap<string, string>
  /** `args.cni.ips` */
  readonly inArgs: readonly string[]
  /** `runtimeConfig.ips` */
  readonly inRuntimeConfig: readonly string[]
}

/**
 * The addresses of the runtime if it names any, else those of `args`, else those of `ipam` followed by
 * those of `CNI_ARGS`. What is named for one call is read even where it does not count, as whoever
 * named it should know that it is wrong; `ipam` may hold what is replaced for every attachment.
 *
 * @throws ConfigError or, for `CNI_ARGS`, CniError
 */
export function chooseAddresses(sources: AddressSources): readonly ResultIp[] {
  const ofArguments = readArguments(sources.arguments)
  const ofArgs = readRequests(sources.inArgs, ['args', 'cni', 'ips'])
  const ofRuntime = readRequests(sources.inRuntimeConfig, ['runtimeConfig', 'ips'])
  if (ofRuntime.length > 0) return ofRuntime
  if (ofArgs.length > 0) return ofArgs
  return [...sources.configured.map(readConfigured), ...ofArguments]
}

const prefixExpectation = 'an address in CIDR notation such as 10.1.2.3/24'

function readConfigured({ address, gateway }: ConfiguredAddress, index: number): ResultIp {
  const path = ['ipam', 'addresses', index]
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

function readRequests(texts: readonly string[], path: ConfigPath): readonly ResultIp[] {
  return texts.map((text, index) => {
    const address = findIpPrefix(text)
    if (address !== undefined) return { address }
    throw new ConfigError([...path, index], prefixExpectation, describeFound(text))
  })
}

/** A gateway is that of every address whose network it is in; the last of several counts. */
function readArguments(pairs: ReadonlyMap<string, string>): readonly ResultIp[] {
  const gateways = readGateways(pairs.get('GATEWAY') ?? '')
  return readPrefixes(pairs.get('IP') ?? '').map(({ address }) => {
    const gateway = gateways.filter((candidate) => prefixContains(address, candidate)).at(-1)
    return { address, ...(gateway && { gateway }) }
  })
}

function readPrefixes(value: string): readonly ResultIp[] {
  return listIn(value).map((text) => {
    const address = findIpPrefix(text)
    if (address !== undefined) return { address }
    const reason = `the 'ip' field is expected to be in CIDR notation, got: '${text}'`
    throw invalidCniArg('IP', value, reason)
  })
}

function readGateways(value: string): readonly IpAddress[] {
  return listIn(value).map((text) => {
    const address = findIpAddress(text)
    if (address !== undefined) return address
    throw invalidCniArg('GATEWAY', value, `invalid gateway address: ${text}`)
  })
}

/** The empty value counts as none, an empty item as one that is wrong. */
function listIn(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim())
}
