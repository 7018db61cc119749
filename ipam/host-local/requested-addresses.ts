/** Addresses that a call asks for by name. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { invalidCniArg } from '#cni/cni-args.ts'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findIpPrefix } from '#ip/prefix.ts'
import { findRange, formatRangeSet, type RangeSet } from './range-set.ts'

/** Where a request was found, and its text there. */
export interface RequestText {
  /** `['runtimeConfig', 'ips', 0]`, or `cniArgsPath`. */
  readonly path: ConfigPath
  readonly text: string
}

/** An address asked for. A prefix length that came with it means nothing here. */
export interface AddressRequest extends RequestText {
  readonly address: IpAddress
}

/** The source of the one request that is not in the configuration. */
export const cniArgsPath: ConfigPath = ['CNI_ARGS', 'IP']

/**
 * The addresses asked for, each once.
 *
 * @throws ConfigError or, for `CNI_ARGS`, CniError when a text is none
 */
export function readRequests(texts: readonly RequestText[]): readonly AddressRequest[] {
  const requests = texts.map(readRequest)
  return requests.filter(
    ({ address }, index) => requests.findIndex((other) => other.address.equals(address)) === index,
  )
}

/**
 * For each range set the request it has to meet, if any.
 *
 * @throws ConfigError or, for `CNI_ARGS`, CniError for a request that no set can meet
 */
export function assignRequests(
  sets: readonly RangeSet[],
  requests: readonly AddressRequest[],
): readonly (AddressRequest | undefined)[] {
  if (requests.length === 0) return sets.map(() => undefined)
  const assigned = new Map<RangeSet, AddressRequest>()
  for (const request of requests) {
    const set = requireSet(sets, request)
    const rival = assigned.get(set)
    if (rival !== undefined) {
      const expected = `no second address of range set ${formatRangeSet(set)} besides ${rival.address}`
      throw refusedRequest(request, expected)
    }
    assigned.set(set, request)
  }
  return sets.map((set) => assigned.get(set))
}

function readRequest(source: RequestText): AddressRequest {
  const address = findIpAddress(source.text) ?? findIpPrefix(source.text)?.address
  if (address !== undefined) return { ...source, address }
  if (isFromCniArgs(source)) {
    throw invalidCniArg('IP', source.text, `invalid IP address ${source.text}`)
  }
  throw refusedRequest(source, 'an IP address, with or without a prefix length')
}

function requireSet(sets: readonly RangeSet[], request: AddressRequest): RangeSet {
  const set = sets.find((each) => findRange(each, request.address) !== undefined)
  if (set === undefined) {
    throw refusedRequest(request, `an address of ${sets.map(formatRangeSet).join(' or ')}`)
  }
  if (findRange(set, request.address)?.gateway.equals(request.address)) {
    throw refusedRequest(request, `another address than the gateway ${request.address}`)
  }
  return set
}

function refusedRequest(request: RequestText, expected: string): Error {
  return isFromCniArgs(request)
    ? invalidCniArg('IP', request.text, `expected ${expected}`)
    : new ConfigError(request.path, expected, describeFound(request.text))
}

function isFromCniArgs({ path }: RequestText): boolean {
  return path === cniArgsPath
}
