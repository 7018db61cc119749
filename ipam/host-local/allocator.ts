/** The order in which a range set gives away its addresses. */

import { type IpAddress, nextIpAddress } from '#ip/address.ts'
import { type IpRange, rangeContains } from '#ip/range.ts'
import type { AddressRange, RangeSet } from './range-set.ts'

/** An address that may be given away, and the range it is from. */
export interface Candidate {
  readonly address: IpAddress
  readonly range: AddressRange
}

/**
 * Every address that may be given away, each once, in round-robin order: from the one after `last`
 * to the end of the set, then from its beginning up to `last` itself. A released address is thus
 * used again as late as possible. Without a `last` that is in the set it starts at the beginning.
 */
export function* candidates(set: RangeSet, last?: IpAddress): Generator<Candidate, void, void> {
  for (const { range, first, last: end } of rounds(set, last)) {
    for (let address = first; ; address = nextIpAddress(address)) {
      if (!address.equals(range.gateway)) yield { address, range }
      // Stepping past the end could leave the family's last address.
      if (address.equals(end)) break
    }
  }
}

/** A part of a range. */
interface Stretch extends IpRange {
  readonly range: AddressRange
}

/** The ranges in walking order; the one that has `last` is walked in two parts. */
function rounds(set: RangeSet, last: IpAddress | undefined): readonly Stretch[] {
  const position = last === undefined ? -1 : set.findIndex((range) => rangeContains(range, last))
  const middle = set[position]
  if (last === undefined || middle === undefined) return set.map(wholly)
  return [
    ...(last.equals(middle.last)
      ? []
      : [{ range: middle, first: nextIpAddress(last), last: middle.last }]),
    ...set.slice(position + 1).map(wholly),
    ...set.slice(0, position).map(wholly),
    { range: middle, first: middle.first, last },
  ]
}

function wholly(range: AddressRange): Stretch {
  return { range, first: range.first, last: range.last }
}
