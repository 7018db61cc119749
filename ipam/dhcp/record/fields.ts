/** The kinds of values that the plugin, the daemon and the files of leases have in common. */

import { findHexBytes, hexOf } from '#base/bytes.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { isObject, mismatch, type Position, type Schema } from '#schema/schema.ts'

/** Of DHCPv4. */
const largestCode4 = 255

/** Bytes as hexadecimal digits. */
export function hexBytes(): Schema<Uint8Array> {
  return {
    read: (value, position) => {
      const bytes = typeof value === 'string' ? findHexBytes(value) : undefined
      if (bytes === undefined) throw mismatch(position, 'bytes as hexadecimal digits', value)
      return bytes
    },
  }
}

/** Options as an object of hexadecimal digits by their codes: `{ "12": "706f64" }`. */
export function dhcpOptions(largestCode: number = largestCode4): Schema<DhcpOptions> {
  const values = hexBytes()
  return {
    read: (value, position) => {
      if (!isObject(value)) throw mismatch(position, 'an object', value)
      const options = new Map<number, Uint8Array>()
      for (const [key, item] of Object.entries(value)) {
        position.push(key)
        options.set(readCode(key, largestCode, position), values.read(item, position))
        position.pop()
      }
      return options
    },
  }
}

/** What `dhcpOptions` reads. */
export function optionsToJson(options: DhcpOptions): Readonly<Record<string, string>> {
  return Object.fromEntries([...options].map(([code, value]) => [code, hexOf(value)]))
}

function readCode(key: string, largestCode: number, position: Position): number {
  if (/^[0-9]{1,5}$/.test(key) && Number(key) <= largestCode) return Number(key)
  throw mismatch(position, `the code of an option, from 0 to ${largestCode}`, key)
}

/** A number of milliseconds, which may have a fraction. */
export function milliseconds(): Schema<number> {
  return {
    read: (value, position) => {
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
      throw mismatch(position, 'a number of milliseconds', value)
    },
  }
}
