/** Domain names as options carry them. */

import { viewOf } from '#ipam/dhcp/packet/bytes.ts'
import type { DhcpOptions } from './option-area.ts'
import { optionCodes } from './option-codes.ts'

/** RFC 1035 §2.3.4, without the final dot. */
const longestName = 253
/** Compressed, a name may take two bytes and mean 253: what a message can make of that is bounded. */
const mostNames = 32
const mostLabels = 127
const mostHops = 16

/** The search list of option 119 (RFC 3397); none when it is malformed. */
export function listSearchDomains(options: DhcpOptions): readonly string[] {
  return readDomainNames(options.get(optionCodes.domainSearch) ?? new Uint8Array())
}

/**
 * Domain names, one behind the other; none when one is malformed. RFC 1035 §4.1.4 compresses: two
 * bytes point to the rest of the name, earlier in the value.
 */
export function readDomainNames(value: Uint8Array): readonly string[] {
  const names: string[] = []
  for (let offset = 0; offset < value.length; ) {
    const found = readName(value, offset)
    if (found === undefined || names.length === mostNames) return []
    const name = found.labels.join('.')
    if (!isDomainName(name) || found.labels.some((label) => label.includes('.'))) return []
    names.push(name)
    offset = found.end
  }
  return names
}

/** Labels of letters, digits, hyphens and underscores, as resolvers take them. */
export function isDomainName(text: string): boolean {
  const labels = /^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/
  return text.length <= longestName && labels.test(text)
}

interface FoundName {
  readonly labels: readonly string[]
  /** Where the next name begins. */
  readonly end: number
}

/** The name at `start`, to which `hops` pointers have led. */
function readName(bytes: Uint8Array, start: number, hops = 0): FoundName | undefined {
  const labels: string[] = []
  let offset = start
  while (labels.length < mostLabels && hasLabelAt(bytes, offset)) {
    const next = offset + 1 + (bytes[offset] ?? 0)
    labels.push(String.fromCharCode(...bytes.subarray(offset + 1, next)))
    offset = next
  }
  if (bytes[offset] === 0) return { labels, end: offset + 1 }
  const target = pointerAt(bytes, offset)
  // It has to lead back, so that none can lead in a circle.
  if (target === undefined || target >= start || hops === mostHops) return undefined
  const rest = readName(bytes, target, hops + 1)
  return rest && { labels: [...labels, ...rest.labels], end: offset + 2 }
}

function hasLabelAt(bytes: Uint8Array, offset: number): boolean {
  const length = bytes[offset] ?? 0
  return length > 0 && length < 0x40
}

function pointerAt(bytes: Uint8Array, offset: number): number | undefined {
  if (offset + 2 > bytes.length) return undefined
  const word = viewOf(bytes).getUint16(offset)
  return word >= 0xc000 ? word & 0x3fff : undefined
}
