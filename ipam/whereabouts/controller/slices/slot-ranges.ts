/** The parts that a range is cut into, one for each node. */

import { addressBits, offsetIpAddress } from '#ip/address.ts'
import { IpPrefix } from '#ip/prefix.ts'
import type { IpRange } from '#ip/range.ts'

/** An object of a cluster has no room for more. */
export const mostSlots = 20_000

/** What is to be cut, and how long the prefix of a part is. */
export interface Cut {
  readonly range: IpPrefix
  readonly length: number
  /** What of the range may be given. */
  readonly parts: readonly IpRange[]
}

/** The length of the prefix that `/24` or `24` means; nothing of another text. */
export function findSliceLength(size: string): number | undefined {
  const [, digits] = /^\/?([0-9]{1,3})$/.exec(size.trim()) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Whether the range can be cut so. */
export function canCut({ range, length }: Pick<Cut, 'range' | 'length'>): boolean {
  return length >= range.length && length <= addressBits(range.address.family)
}

/**
 * The parts in ascending order, the first `mostSlots` of them; those of which nothing may be given are
 * left out.
 */
export function slotRanges({ range, length, parts }: Cut): readonly string[] {
  const bits = BigInt(addressBits(range.address.family) - length)
  const indexOf = (value: bigint) => (value - range.address.value) >> bits
  const slots: string[] = []
  let next = 0n
  const ascending = [...parts].sort((a, b) => (a.first.value < b.first.value ? -1 : 1))
  for (const { first, last } of ascending) {
    const begin = indexOf(first.value)
    const end = indexOf(last.value)
    for (let index = begin > next ? begin : next; index <= end; index++) {
      if (slots.length === mostSlots) return slots
      slots.push(`${new IpPrefix(offsetIpAddress(range.address, index << bits), length)}`)
      next = index + 1n
    }
  }
  return slots
}
