/** IP prefixes as values: an address and how many of its leading bits name a network. */

import { describeFound } from '#base/config-error.ts'
import { addressBits, findIpAddress, IpAddress, type IpFamily } from './address.ts'

/** CIDR notation that keeps its host bits: `10.2.3.1/24` is not `10.2.3.0/24`. */
export class IpPrefix {
  readonly address: IpAddress
  /** 0 to `addressBits(address.family)`. */
  readonly length: number

  constructor(address: IpAddress, length: number) {
    this.address = address
    this.length = length
  }

  /** Whether both have the same address, host bits included, and the same length. */
  equals(other: IpPrefix): boolean {
    return this.length === other.length && this.address.equals(other.address)
  }

  /** `10.2.3.1/24` */
  toString(): string {
    return formatIpPrefix(this)
  }
}

// The longest address, the slash, and three digits; the digits may have leading zeros.
const longestText = 64

/** The prefix a text means, or nothing; for the accepted forms see `parseIpPrefix`. */
export function findIpPrefix(text: string): IpPrefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0 || text.length > longestText) return undefined
  const addressText = text.slice(0, slash)
  const digits = text.slice(slash + 1)
  const address = findIpAddress(addressText)
  if (address === undefined || !/^[0-9]+$/.test(digits)) return undefined
  // The length of an IPv4-mapped prefix counts the 96 bits that mark it as one.
  const isMapped = address.family === 4 && addressText.includes(':')
  const length = Number(digits) - (isMapped ? 96 : 0)
  if (length < 0 || length > addressBits(address.family)) return undefined
  return new IpPrefix(address, length)
}

/**
 * Accepts an address as `parseIpAddress` does, a slash, and a decimal length that fits the family.
 * `::ffff:10.0.0.1/120` gives `10.0.0.1/24`.
 *
 * @throws SyntaxError quoting the text
 */
export function parseIpPrefix(text: string): IpPrefix {
  const prefix = findIpPrefix(text)
  if (prefix === undefined) throw new SyntaxError(`invalid IP prefix ${describeFound(text)}`)
  return prefix
}

/** `10.2.3.1/24` */
export function formatIpPrefix(prefix: IpPrefix): string {
  return `${prefix.address}/${prefix.length}`
}

/** The first address of the network: all host bits zero. */
export function networkAddress(prefix: IpPrefix): IpAddress {
  const { family, value } = prefix.address
  return new IpAddress(family, value - (value & hostMask(prefix)))
}

/** The last address of the network: all host bits one. */
export function lastAddress(prefix: IpPrefix): IpAddress {
  const { family, value } = prefix.address
  return new IpAddress(family, value | hostMask(prefix))
}

/** The prefix with its host bits cleared. */
export function networkPrefix(prefix: IpPrefix): IpPrefix {
  return new IpPrefix(networkAddress(prefix), prefix.length)
}

/** Whether the address is in the prefix's network; one of the other family never is. */
export function prefixContains(prefix: IpPrefix, address: IpAddress): boolean {
  if (address.family !== prefix.address.family) return false
  return (address.value ^ prefix.address.value) <= hostMask(prefix)
}

/**
 * The broadcast address of an IPv4 network. IPv6 has none, and neither has a network of one or two
 * addresses (RFC 3021 §2.2).
 */
export function broadcastAddress(prefix: IpPrefix): IpAddress | undefined {
  const isBroadcastNetwork = prefix.address.family === 4 && prefix.length <= 30
  return isBroadcastNetwork ? lastAddress(prefix) : undefined
}

/** `10.2.3.1/32` or `fd00::1/128`: nothing but the address. */
export function addressPrefix(address: IpAddress): IpPrefix {
  return new IpPrefix(address, addressBits(address.family))
}

/** The first item of each prefix, in their order. */
export function distinctBy<T>(items: readonly T[], prefixOf: (item: T) => IpPrefix): T[] {
  const texts = items.map((item) => `${prefixOf(item)}`)
  return items.filter((_, position) => texts.indexOf(texts[position] ?? '') === position)
}

/** `0.0.0.0/0` or `::/0`: the destination of a default route. */
export function defaultPrefix(family: IpFamily): IpPrefix {
  return new IpPrefix(new IpAddress(family, 0n), 0)
}

/** Whether it covers its whole family, whatever its host bits. */
export function isDefaultPrefix(prefix: IpPrefix): boolean {
  return prefix.length === 0
}

function hostMask(prefix: IpPrefix): bigint {
  return (1n << BigInt(addressBits(prefix.address.family) - prefix.length)) - 1n
}
