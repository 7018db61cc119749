/** Range sets: the addresses from which a network gives each attachment one. */

import {
  ConfigError,
  type ConfigPath,
  describeFound,
  formatConfigPath,
} from '#base/config-error.ts'
import { addressBits, type IpAddress, offsetIpAddress } from '#ip/address.ts'
import {
  broadcastAddress,
  type IpPrefix,
  lastAddress,
  networkPrefix,
  prefixContains,
} from '#ip/prefix.ts'
import {
  countAddresses,
  formatIpRange,
  type IpRange,
  rangeContains,
  rangesOverlap,
} from '#ip/range.ts'

/** A range as it was configured, and where. */
export interface ConfiguredRange {
  readonly path: ConfigPath
  readonly subnet?: IpPrefix
  readonly rangeStart?: IpAddress
  readonly rangeEnd?: IpAddress
  readonly gateway?: IpAddress
}

/** A range with nothing left to default. Its gateway may lie outside of it, and of the subnet. */
export interface AddressRange extends IpRange {
  readonly path: ConfigPath
  readonly subnet: IpPrefix
  readonly gateway: IpAddress
}

/** One or more ranges of one family that have no address in common. */
export type RangeSet = readonly AddressRange[]

/** What a set is made of, and where it was configured. */
export interface ConfiguredSet {
  readonly path: ConfigPath
  readonly ranges: readonly ConfiguredRange[]
}

/** @throws ConfigError for what cannot be a range set */
export function completeRangeSet(configured: ConfiguredSet): RangeSet {
  const set = configured.ranges.map(completeRange)
  const [first, ...others] = set
  if (first === undefined) throw new ConfigError(configured.path, 'at least one range', '[]')
  const family = first.subnet.address.family
  const stranger = others.find(({ subnet }) => subnet.address.family !== family)
  if (stranger !== undefined) {
    const expected = `an IPv${family} subnet like the others of its range set`
    throw new ConfigError(
      [...stranger.path, 'subnet'],
      expected,
      describeFound(`${stranger.subnet}`),
    )
  }
  requireDisjoint(set)
  return set
}

/** Passes when no two ranges share an address. @throws ConfigError naming both otherwise */
export function requireDisjoint(ranges: readonly AddressRange[]): void {
  if (ranges.length < 2) return
  ranges.forEach((range, index) => {
    const other = ranges.slice(0, index).find((earlier) => rangesOverlap(earlier, range))
    if (other === undefined) return
    const expected = `a range that does not overlap ${describeRange(other)}`
    throw new ConfigError(range.path, expected, formatIpRange(range))
  })
}

/** The range of the set that has the address, or nothing. */
export function findRange(set: RangeSet, address: IpAddress): AddressRange | undefined {
  return set.find((range) => rangeContains(range, address))
}

/** Whether it may be given away: a range has it, and it is not that range's gateway. */
export function isAllocatable(set: RangeSet, address: IpAddress): boolean {
  const range = findRange(set, address)
  return range !== undefined && !range.gateway.equals(address)
}

/** How many addresses may be given away. */
export function countAllocatable(set: RangeSet): bigint {
  return set.reduce((count, range) => {
    const gateways = rangeContains(range, range.gateway) ? 1n : 0n
    return count + countAddresses(range) - gateways
  }, 0n)
}

/** `10.1.0.2-10.1.0.9,10.1.2.2-10.1.2.254` */
export function formatRangeSet(set: RangeSet): string {
  return set.map(formatIpRange).join(',')
}

function completeRange(configured: ConfiguredRange): AddressRange {
  const { path } = configured
  const subnet = requireSubnet(configured)
  const first = configured.rangeStart ?? offsetIpAddress(subnet.address, 1n)
  const last = configured.rangeEnd ?? defaultEnd(subnet)
  requireInside(subnet, first, [...path, 'rangeStart'])
  requireInside(subnet, last, [...path, 'rangeEnd'])
  requireOrder(configured, { first, last })
  const gateway = configured.gateway ?? offsetIpAddress(subnet.address, 1n)
  return { path, subnet, gateway, first, last }
}

function requireSubnet({ subnet, path }: ConfiguredRange): IpPrefix {
  const refuse = (expected: string): never => {
    throw new ConfigError([...path, 'subnet'], expected, describeFound(subnet?.toString()))
  }
  if (subnet === undefined) return refuse('a subnet such as 10.1.2.0/24')
  // Network address, gateway, one to give away, broadcast address.
  const longest = addressBits(subnet.address.family) - 2
  if (subnet.length > longest) {
    return refuse(`a subnet of four addresses or more (prefix length up to ${longest})`)
  }
  const network = networkPrefix(subnet)
  return network.equals(subnet) ? subnet : refuse(`a subnet without host bits (${network})`)
}

function defaultEnd(subnet: IpPrefix): IpAddress {
  return broadcastAddress(subnet) === undefined
    ? lastAddress(subnet)
    : offsetIpAddress(lastAddress(subnet), -1n)
}

function requireInside(subnet: IpPrefix, address: IpAddress, path: ConfigPath): void {
  if (prefixContains(subnet, address)) return
  throw new ConfigError(path, `an address in ${subnet}`, describeFound(`${address}`))
}

function requireOrder({ path, rangeStart }: ConfiguredRange, { first, last }: IpRange): void {
  if (first.value <= last.value) return
  const [key, expected, found] =
    rangeStart === undefined
      ? ['rangeEnd', `an address from ${first} on`, last]
      : ['rangeStart', `an address up to ${last}`, first]
  throw new ConfigError([...path, key], expected, describeFound(`${found}`))
}

function describeRange(range: AddressRange): string {
  return `${formatIpRange(range)} (${formatConfigPath(range.path)})`
}
