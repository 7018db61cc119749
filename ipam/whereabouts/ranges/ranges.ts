/** From the range of a configuration to one with nothing left to default. */

import { ConfigError, type ConfigPath, describeFound } from '#base/config-error.ts'
import { addressBits, findIpAddress, type IpAddress, offsetIpAddress } from '#ip/address.ts'
import {
  addressPrefix,
  findIpPrefix,
  type IpPrefix,
  lastAddress,
  networkAddress,
  networkPrefix,
  prefixContains,
} from '#ip/prefix.ts'
import { formatIpRange, type IpRange } from '#ip/range.ts'
import { type AddressRange, without } from './address-range.ts'

/** The keys of a range, in `ipam` or in an entry of `ipam.ipRanges`. */
export interface RangeKeys {
  /** `10.0.0.0/24`, or `10.0.0.10-10.0.0.20/24`. */
  readonly range?: string
  readonly range_start?: IpAddress
  readonly range_end?: IpAddress
  readonly exclude: readonly string[]
  readonly gateway?: IpAddress
}

/** Keys, and where they were configured. */
export interface ConfiguredRange extends RangeKeys {
  readonly path: ConfigPath
}

/** @throws ConfigError naming the entry that is wrong */
export function completeRange(configured: ConfiguredRange): AddressRange {
  const { path, exclude, gateway } = configured
  const { subnet, start, end } = readRange(configured)
  const bounds = boundsOf({ subnet, start, end, path })
  const gaps = exclude.map((entry, index) => readExclude(entry, [...path, 'exclude', index]))
  const ofFamily = gaps.filter(({ first }) => first.family === subnet.address.family)
  const own = gateway?.family === subnet.address.family ? gateway : undefined
  const reserved = own === undefined ? [] : [{ first: own, last: own }]
  const parts = without(bounds, [...ofFamily, ...reserved])
  if (parts.length === 0) {
    const expected = `entries that leave an address of ${formatIpRange(bounds)} to give`
    throw new ConfigError([...path, 'exclude'], expected, describeFound(exclude))
  }
  return { subnet, bounds, parts, exclude, ...(own && { gateway: own }) }
}

/** A range as it is configured, with its ends where they are. */
interface Ends {
  readonly subnet: IpPrefix
  readonly start: IpAddress | undefined
  readonly end: IpAddress | undefined
}

const rangeExpectation = 'a range such as 10.0.0.0/24 or 10.0.0.10-10.0.0.20/24'

/** `START-END/LENGTH` says where it starts and ends, whatever the other keys say. */
function readRange({ range, range_start, range_end, path }: ConfiguredRange): Ends {
  const refuse = (expected = rangeExpectation): never => {
    throw new ConfigError([...path, 'range'], expected, describeFound(range))
  }
  if (range === undefined) return refuse()
  const hyphen = range.indexOf('-')
  const prefix = findIpPrefix(range.slice(hyphen + 1).trim())
  if (prefix === undefined) return refuse()
  const subnet = networkPrefix(prefix)
  if (addressBits(subnet.address.family) - subnet.length < 2) {
    return refuse(
      'a range of four addresses or more, of which the first and the last are not given',
    )
  }
  if (hyphen < 0) return { subnet, start: range_start, end: range_end }
  const start = findIpAddress(range.slice(0, hyphen).trim())
  if (start === undefined || !prefixContains(subnet, start)) {
    return refuse(`a range that starts with an address in ${subnet}`)
  }
  if (prefix.address.value < start.value) return refuse('a range that ends after its start')
  return { subnet, start, end: prefix.address }
}

/** From the second address of the network to the last but one, and within that from start to end. */
function boundsOf({ subnet, start, end, path }: Ends & { readonly path: ConfigPath }): IpRange {
  const lowest = offsetIpAddress(networkAddress(subnet), 1n)
  const highest = offsetIpAddress(lastAddress(subnet), -1n)
  const requireInside = (key: string, address: IpAddress | undefined) => {
    if (address === undefined || prefixContains(subnet, address)) return
    throw new ConfigError([...path, key], `an address in ${subnet}`, describeFound(`${address}`))
  }
  requireInside('range_start', start)
  requireInside('range_end', end)
  const first = start !== undefined && start.value > lowest.value ? start : lowest
  const last = end !== undefined && end.value < highest.value ? end : highest
  if (first.value <= last.value) return { first, last }
  const [key, expected, found] =
    end === undefined
      ? ['range_start', `an address up to ${last}`, start]
      : ['range_end', `an address from ${first} on`, end]
  throw new ConfigError([...path, key], expected, describeFound(`${found}`))
}

/** A prefix means its whole network, an address itself. */
function readExclude(text: string, path: ConfigPath): IpRange {
  const address = findIpAddress(text)
  const prefix = address === undefined ? findIpPrefix(text) : addressPrefix(address)
  if (prefix === undefined) {
    const expected = 'a prefix such as 10.0.0.128/25, or an address'
    throw new ConfigError(path, expected, describeFound(text))
  }
  return { first: networkAddress(prefix), last: lastAddress(prefix) }
}
