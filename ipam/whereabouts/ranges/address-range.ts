/** A range of a configuration, complete: which addresses it may give, and in what order. */

import { type IpAddress, offsetIpAddress } from '#ip/address.ts'
import { type IpPrefix, lastAddress, prefixContains } from '#ip/prefix.ts'
import { countAddresses, type IpRange, rangeContains } from '#ip/range.ts'

/** What of a pool is to be given. */
export interface GivableRange {
  /** The network, without host bits: the prefix of its addresses. */
  readonly subnet: IpPrefix
  /** The part of the network that a node has to itself. */
  readonly slice?: Slice
  /** What is to be given, in order: the bounds without what is excluded and without the gateway. */
  readonly parts: readonly IpRange[]
}

export interface AddressRange extends GivableRange {
  /** The first and the last address to give. */
  readonly bounds: IpRange
  /** The entries of `exclude`, as the user wrote them. */
  readonly exclude: readonly string[]
  /** The gateway of its addresses. */
  readonly gateway?: IpAddress
}

export interface Slice {
  readonly node: string
  readonly range: IpPrefix
}

/** The prefix that its pool is called after, and whose first address has the offset 0. */
export function pooledPrefix({ subnet, slice }: Pick<GivableRange, 'subnet' | 'slice'>): IpPrefix {
  return slice?.range ?? subnet
}

/** The range, of which only a slice may be given. Its pool is then one of the node. */
export function narrowed(range: AddressRange, slice: Slice): AddressRange {
  const limits = { first: slice.range.address, last: lastAddress(slice.range) }
  const [bounds = limits] = overlap([range.bounds], limits)
  return { ...range, slice, bounds, parts: overlap(range.parts, limits) }
}

/** How many addresses it can give. */
export function countGivable({ parts }: AddressRange): bigint {
  return parts.reduce((count, part) => count + countAddresses(part), 0n)
}

/** Whether it gives the address to whoever asks for any. */
export function canGive({ parts }: Pick<GivableRange, 'parts'>, address: IpAddress): boolean {
  return parts.some((part) => rangeContains(part, address))
}

/**
 * Whether it gives the address to whoever asks for this one, which may be excluded: that is how a
 * part of a network is kept for those who ask.
 */
export function canGiveOnRequest({ subnet, gateway }: AddressRange, address: IpAddress): boolean {
  if (!prefixContains(subnet, address) || gateway?.equals(address)) return false
  return !address.equals(subnet.address) && !address.equals(lastAddress(subnet))
}

/** How far the address is from the first of the network. */
export function offsetOf(subnet: IpPrefix, address: IpAddress): bigint {
  return address.value - subnet.address.value
}

/** The address at an offset; nothing for an offset that the network does not have. */
export function findAddressAt(subnet: IpPrefix, offset: bigint): IpAddress | undefined {
  const last = lastAddress(subnet)
  return offset <= offsetOf(subnet, last) ? offsetIpAddress(subnet.address, offset) : undefined
}

/** What of the parts is within the limits. */
function overlap(parts: readonly IpRange[], limits: IpRange): readonly IpRange[] {
  return parts
    .map(({ first, last }) => ({
      first: first.value < limits.first.value ? limits.first : first,
      last: last.value > limits.last.value ? limits.last : last,
    }))
    .filter(({ first, last }) => first.value <= last.value)
}

/** What remains of the bounds without the gaps, of which any may overlap. */
export function without(bounds: IpRange, gaps: readonly IpRange[]): readonly IpRange[] {
  const parts: IpRange[] = []
  let { first } = bounds
  for (const gap of [...gaps].sort((a, b) => (a.first.value < b.first.value ? -1 : 1))) {
    if (gap.last.value < first.value) continue
    if (gap.first.value > bounds.last.value) break
    if (gap.first.value > first.value) parts.push({ first, last: offsetIpAddress(gap.first, -1n) })
    if (gap.last.value >= bounds.last.value) return parts
    first = offsetIpAddress(gap.last, 1n)
  }
  return [...parts, { first, last: bounds.last }]
}
