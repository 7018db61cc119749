/** The kinds of values that keys of a CNI configuration hold. */

import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findMac, type Mac } from '#ip/mac.ts'
import { findIpPrefix, type IpPrefix } from '#ip/prefix.ts'
import { isInterfaceName, isLinkName } from './interface-name.ts'
import { isObject, mismatch, type Schema } from './schema.ts'

/** `10.1.2.3` or `2001:db8::1`. The empty text means that there is none, as Go's decoder has it. */
export function ipAddress(): Schema<IpAddress> {
  return { ...parsedText(findIpAddress, 'an IPv4 or IPv6 address'), emptyIsAbsent: true }
}

/** `10.1.2.3/24` or `2001:db8::1/64`; host bits are kept. */
export function ipPrefix(): Schema<IpPrefix> {
  return parsedText(findIpPrefix, 'an IPv4 or IPv6 prefix such as 10.1.2.0/24')
}

/** `02:42:ac:11:00:02`. The empty text means that there is none. */
export function mac(): Schema<Mac> {
  const expected = 'a hardware address such as 02:42:ac:11:00:02'
  return { ...parsedText(findMac, expected), emptyIsAbsent: true }
}

/** A number without fraction, both limits included. */
export function wholeNumber(min: number, max: number): Schema<number> {
  return matching(isNumber, {
    accepts: (value) => Number.isInteger(value) && value >= min && value <= max,
    expected: `a whole number from ${min} to ${max}`,
  })
}

/** Any string, the empty one too. */
export function text(): Schema<string> {
  return matching(isText, { expected: 'a string' })
}

export function nonEmptyText(): Schema<string> {
  const accepts = (value: string) => value !== ''
  return matching(isText, { accepts, expected: 'a string that is not empty' })
}

export function flag(): Schema<boolean> {
  return matching((value) => typeof value === 'boolean', { expected: 'true or false' })
}

/** SPEC 1.1.0 "Parameters", `CNI_IFNAME`; the rule is `isInterfaceName`. */
export function interfaceName(): Schema<string> {
  const expected = 'an interface name (1 to 15 bytes without slash, colon or white space)'
  return matching(isText, { accepts: isInterfaceName, expected })
}

/** The name of a link that is there already; the rule is `isLinkName`. */
export function linkName(): Schema<string> {
  return matching(isText, { accepts: isLinkName, expected: 'the name of a link' })
}

/** One of some words, in exactly this case. */
export function oneOf<const T extends string>(...words: readonly T[]): Schema<T> {
  const expected = words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`
  return matching((value): value is T => words.some((word) => word === value), { expected })
}

export function listOf<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    item,
    read: (input, position) => {
      if (!Array.isArray(input)) throw mismatch(position, 'a list', input)
      return input.map((value: unknown, index) => {
        position.push(index)
        const read = item.read(value, position)
        position.pop()
        return read
      })
    },
  }
}

/**
 * An object whose keys are data, such as `sysctl`: they are taken as they are spelled. A key that
 * holds `null` is absent.
 */
export function mapOf<T>(schema: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return {
    read: (input, position) => {
      if (!isObject(input)) throw mismatch(position, 'an object', input)
      const read = new Map<string, T>()
      for (const [key, value] of Object.entries(input)) {
        if (value === null) continue
        position.push(key)
        read.set(key, schema.read(value, position))
        position.pop()
      }
      return read
    },
  }
}

/** Whatever is there; for what another reader looks at. */
export function anything(): Schema<unknown> {
  return { read: (value) => value }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

interface Demand<T> {
  /** What else has to be true of a value of the type. */
  readonly accepts?: (value: T) => boolean
  readonly expected: string
}

/** A value that stays as it is. */
function matching<T>(
  isOfType: (value: unknown) => value is T,
  { accepts, expected }: Demand<T>,
): Schema<T> {
  return {
    read: (value, position) => {
      if (isOfType(value) && (accepts === undefined || accepts(value))) return value
      throw mismatch(position, expected, value)
    },
  }
}

function parsedText<T>(find: (text: string) => T | undefined, expected: string): Schema<T> {
  return {
    read: (value, position) => {
      const found = typeof value === 'string' ? find(value) : undefined
      if (found === undefined) throw mismatch(position, expected, value)
      return found
    },
  }
}
