/** Addresses that a call asks for: from a range, which then gives these, or beside the ranges. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { invalidCniArg } from '#cni/cni-args.ts'
import type { ResultIp } from '#cni/result.ts'
import { gatewayFor, listIn, readGatewayArgument } from '#cni/static-addresses.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findIpPrefix, type IpPrefix, prefixContains } from '#ip/prefix.ts'
import { type AddressRange, canGiveOnRequest } from './address-range.ts'

/** Where addresses are asked for. */
export interface RequestSources {
  /** `IP` and `GATEWAY` of `CNI_ARGS`. */
  readonly arguments: ReadonlyMap<string, string>
  /** `runtimeConfig.ips` */
  readonly inRuntimeConfig: readonly string[]
  /** `args.cni.ips` */
  readonly inArgs: readonly string[]
}

export interface Requests {
  /** For each range the address it has to give, if any. */
  readonly wanted: readonly (IpAddress | undefined)[]
  /** Those of no range, which nobody keeps a record of. */
  readonly beside: readonly ResultIp[]
}

interface Request {
  readonly address: IpAddress
  /** Where a length came with it. */
  readonly prefix?: IpPrefix
  readonly refuse: (expected: string) => Error
}

/** @throws ConfigError or, for `CNI_ARGS`, CniError */
export function assignRequests(ranges: readonly AddressRange[], sources: RequestSources): Requests {
  const gateways = readGatewayArgument(sources.arguments)
  const wanted: (IpAddress | undefined)[] = ranges.map(() => undefined)
  const beside: ResultIp[] = []
  for (const request of distinct(readRequests(sources))) {
    const index = ranges.findIndex(({ subnet }) => prefixContains(subnet, request.address))
    const range = ranges[index]
    if (range === undefined) beside.push(besideRanges(request, gateways))
    else wanted[index] = wantedOf(range, wanted[index], request)
  }
  return { wanted, beside }
}

function readRequests(sources: RequestSources): readonly Request[] {
  const inArguments = sources.arguments.get('IP') ?? ''
  return [
    ...sources.inRuntimeConfig.map((text, index) =>
      inConfig(text, ['runtimeConfig', 'ips', index]),
    ),
    ...sources.inArgs.map((text, index) => inConfig(text, ['args', 'cni', 'ips', index])),
    ...listIn(inArguments).map((text) => readRequest(text, refuseArgument(inArguments, text))),
  ]
}

function inConfig(text: string, path: ConfigPath): Request {
  return readRequest(text, (expected) => new ConfigError(path, expected, describeFound(text)))
}

function refuseArgument(value: string, text: string): Request['refuse'] {
  return (expected) => invalidCniArg('IP', value, `expected ${expected}, found ${text}`)
}

function readRequest(text: string, refuse: Request['refuse']): Request {
  const address = findIpAddress(text)
  if (address !== undefined) return { address, refuse }
  const prefix = findIpPrefix(text)
  if (prefix !== undefined) return { address: prefix.address, prefix, refuse }
  throw refuse('an address such as 10.1.2.3 or 10.1.2.3/24')
}

function distinct(requests: readonly Request[]): readonly Request[] {
  return requests.filter(
    ({ address }, index) => requests.findIndex((other) => other.address.equals(address)) === index,
  )
}

function wantedOf(
  range: AddressRange,
  other: IpAddress | undefined,
  { address, refuse }: Request,
): IpAddress {
  if (other !== undefined) throw refuse(`no second address of ${range.subnet} besides ${other}`)
  if (canGiveOnRequest(range, address)) return address
  throw refuse(
    `an address of ${range.subnet} that is neither its first nor its last nor its gateway`,
  )
}

/** As with the original: whoever asks answers for it that nobody else has the address. */
function besideRanges({ prefix, refuse }: Request, gateways: readonly IpAddress[]): ResultIp {
  if (prefix === undefined) throw refuse('an address of a range, or one with its prefix length')
  const ip = { address: prefix }
  return { ...ip, ...gatewayFor(ip, gateways) }
}
