/** The text of IPv6 addresses: RFC 4291 §2.2 in, RFC 5952 out. */

import { findIpv4, formatIpv4 } from './ipv4-text.ts'

const longestText = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'.length
const groupCount = 8

/** The value of an IPv6 address without a zone, or nothing when the text is none. */
export function findIpv6(text: string): bigint | undefined {
  if (text.length > longestText) return undefined
  const halves = hexadecimalTail(text)?.split('::')
  if (halves === undefined || halves.length > 2) return undefined
  const [left = [], right] = halves.map(splitGroups)
  const given = left.length + (right?.length ?? 0)
  // `::` stands for at least one group.
  if (right === undefined ? given !== groupCount : given >= groupCount) return undefined
  const groups = [...left, ...Array<string>(groupCount - given).fill('0'), ...(right ?? [])]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`)
}

function splitGroups(half: string): string[] {
  return half === '' ? [] : half.split(':')
}

/** Writes a trailing dotted quad as two groups; nothing when there are dots but no such quad. */
function hexadecimalTail(text: string): string | undefined {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const quad = findIpv4(text.slice(start))
  if (quad === undefined) return undefined
  return `${text.slice(0, start)}${(quad >> 16n).toString(16)}:${(quad & 0xffffn).toString(16)}`
}

/** Lower case; the longest run of two or more zero groups, the leftmost of equals, as `::`. */
export function formatIpv6(value: bigint): string {
  if (isIpv4Mapped(value)) return `::ffff:${formatIpv4(value & 0xffffffffn)}`
  const groups: string[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    groups.push(((value >> shift) & 0xffffn).toString(16))
  }
  const run = longestZeroRun(groups)
  if (run.length < 2) return groups.join(':')
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`
}

/** Whether it lies in `::ffff:0:0/96` (RFC 4291 §2.5.5.2). */
export function isIpv4Mapped(value: bigint): boolean {
  return value >> 32n === 0xffffn
}

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let current = longest
  groups.forEach((group, index) => {
    if (group !== '0') return
    const follows = current.start + current.length === index
    current = follows
      ? { start: current.start, length: current.length + 1 }
      : { start: index, length: 1 }
    if (current.length > longest.length) longest = current
  })
  return longest
}
