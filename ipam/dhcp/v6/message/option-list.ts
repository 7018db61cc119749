/** Options between their bytes and a list, RFC 8415 section 21.1. */

import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { concatBytes, uint16Bytes, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'

/** One option; there may be several of one code. */
export interface ListedOption {
  readonly code: number
  readonly value: Uint8Array
}

const headerLength = 4
/** In a message, and in each option that has options in it. */
const mostOptions = 64

/** One behind the other. */
export function encodeOptionList(list: readonly ListedOption[]): Uint8Array {
  return concatBytes(
    list.flatMap(({ code, value }) => [uint16Bytes(code), uint16Bytes(value.length), value]),
  )
}

/** The values are parts of the bytes, not copies. @throws PacketError */
export function decodeOptionList(bytes: Uint8Array): readonly ListedOption[] {
  const view = viewOf(bytes)
  const list: ListedOption[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const start = offset + headerLength
    if (start > bytes.length) throw refused(`${bytes.length - offset} bytes are no option`)
    const code = view.getUint16(offset)
    offset = start + view.getUint16(offset + 2)
    if (offset > bytes.length) throw refused(`option ${code} is longer than its place`)
    if (list.length === mostOptions) throw refused(`more than ${mostOptions} options`)
    list.push({ code, value: bytes.subarray(start, offset) })
  }
  return list
}

/** In ascending order of their codes. */
export function listOptions(options: DhcpOptions): readonly ListedOption[] {
  const list = [...options].map(([code, value]) => ({ code, value }))
  return list.sort((a, b) => a.code - b.code)
}

/**
 * By their codes; the first of several counts. The values are copies, as parts of the packet would keep
 * all of it in memory.
 */
export function optionMap(list: readonly ListedOption[]): DhcpOptions {
  return new Map(list.toReversed().map(({ code, value }) => [code, value.slice()]))
}

function refused(reason: string): PacketError {
  return new PacketError('DHCPv6 options', reason)
}
