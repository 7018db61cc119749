/** The kinds of values that keys of a CNI configuration hold. */

import * as v from 'valibot'
import { findIpAddress, type IpAddress } from '#ip/address.ts'
import { findMac, type Mac } from '#ip/mac.ts'
import { findIpPrefix, type IpPrefix } from '#ip/prefix.ts'
import { isInterfaceName } from './interface-name.ts'
import { isObject, type Schema } from './schema.ts'

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
  const expected = `a whole number from ${min} to ${max}`
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  )
}

/** Any string, the empty one too. */
export function text(): Schema<string> {
  return v.string('a string')
}

export function nonEmptyText(): Schema<string> {
  const expected = 'a string that is not empty'
  return v.pipe(v.string(expected), v.nonEmpty(expected))
}

export function flag(): Schema<boolean> {
  return v.boolean('true or false')
}

/** SPEC 1.1.0 "Parameters", `CNI_IFNAME`; the rule is `isInterfaceName`. */
export function interfaceName(): Schema<string> {
  const expected = 'an interface name (1 to 15 bytes without slash, colon or white space)'
  return v.pipe(v.string(expected), v.check(isInterfaceName, expected))
}

/** One of some words, in exactly this case. */
export function oneOf<const T extends string>(...words: readonly T[]): Schema<T> {
  return v.picklist(words, words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`)
}

export function listOf<T>(item: Schema<T>): Schema<readonly T[]> {
  return v.array(item, 'a list')
}

/**
 * An object whose keys are data, such as `sysctl`: they are taken as they are spelled. A key that
 * holds `null` is absent.
 */
export function mapOf<T>(value: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return v.pipe(
    v.custom<object>(isObject, 'an object'),
    v.transform((input): unknown => new Map(Object.entries(input).filter(isPresent))),
    v.map(v.string(), value, 'an object'),
  )
}

/** Whatever is there; for what another reader looks at. */
export function anything(): Schema<unknown> {
  return v.unknown()
}

function isPresent([, value]: [string, unknown]): boolean {
  return value !== null
}

function parsedText<T>(find: (text: string) => T | undefined, expected: string): Schema<T> {
  return v.pipe(
    v.string(expected),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = find(dataset.value)
      if (value !== undefined) return value
      addIssue({ message: expected })
      return NEVER
    }),
  )
}
