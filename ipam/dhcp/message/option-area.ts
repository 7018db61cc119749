/** Options between their bytes in a message and their values. */

import { concatBytes, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { optionCodes } from './option-codes.ts'

/** The value of each option by its code. */
export type DhcpOptions = ReadonlyMap<number, Uint8Array>

const longestPart = 255

/** The places of a message that can hold options, RFC 2131 §2. */
export interface OptionPlaces {
  readonly options: Uint8Array
  readonly file: Uint8Array
  readonly serverName: Uint8Array
}

/**
 * The options in ascending order, the relay agent's behind all others (RFC 3046 §2.1), then the end
 * mark. A value of more than 255 bytes is split (RFC 3396 §6).
 */
export function encodeOptions(options: DhcpOptions): Uint8Array {
  const codes = [...options.keys()].sort((a, b) => rank(a) - rank(b))
  const parts = codes.flatMap((code) => partsOf(code, options.get(code) ?? new Uint8Array()))
  return concatBytes([...parts, Uint8Array.of(optionCodes.end)])
}

/**
 * The options of all places that option 52 names. Parts of one option are one value, in the order of
 * RFC 3396 §5: the options field, `file`, `sname`.
 *
 * @throws PacketError
 */
export function decodeOptions({ options, file, serverName }: OptionPlaces): DhcpOptions {
  const parts = new Map<number, Uint8Array[]>()
  if (!collectParts(options, parts)) throw refused('no end mark')
  const overload = readOverload(parts)
  // These end with their fields in any case, so that a missing mark does no harm.
  if ((overload & 1) !== 0) collectParts(file, parts)
  if ((overload & 2) !== 0) collectParts(serverName, parts)
  parts.delete(optionCodes.overload)
  // Copies, as parts of the packet would keep all of it in memory.
  return new Map([...parts].map(([code, values]) => [code, concatBytes(values)]))
}

/** Those of some codes alone. */
export function pickOptions(options: DhcpOptions, codes: readonly number[]): DhcpOptions {
  const picked = new Map<number, Uint8Array>()
  for (const code of codes) {
    const value = options.get(code)
    if (value !== undefined) picked.set(code, value)
  }
  return picked
}

function rank(code: number): number {
  return code === optionCodes.relayAgentInformation ? optionCodes.end : code
}

function partsOf(code: number, value: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let start = 0; start === 0 || start < value.length; start += longestPart) {
    const part = value.subarray(start, start + longestPart)
    parts.push(Uint8Array.of(code, part.length), part)
  }
  return parts
}

/** Adds what a place holds; returns whether it has an end mark. */
function collectParts(place: Uint8Array, parts: Map<number, Uint8Array[]>): boolean {
  const view = viewOf(place)
  let offset = 0
  while (offset < place.length) {
    const code = view.getUint8(offset)
    offset += 1
    if (code === optionCodes.end) return true
    if (code === optionCodes.pad) continue
    const end = offset + 1 + (place[offset] ?? 0)
    if (end > place.length) throw refused(`option ${code} is longer than its place`)
    const known = parts.get(code) ?? []
    known.push(place.subarray(offset + 1, end))
    parts.set(code, known)
    offset = end
  }
  return false
}

/** RFC 2132 §9.3: which fields hold options as well. */
function readOverload(parts: ReadonlyMap<number, readonly Uint8Array[]>): number {
  const [value, ...others] = parts.get(optionCodes.overload) ?? []
  if (value === undefined) return 0
  const [overload = 0] = value
  if (others.length === 0 && value.length === 1 && overload >= 1 && overload <= 3) return overload
  throw refused('option 52 (overload) is not 1, 2 or 3')
}

function refused(reason: string): PacketError {
  return new PacketError('DHCP options', reason)
}
