/** Steps of rules, exactly as the nft tool makes them, so that it can tell what they mean. */

import { hexOf, utf8Bytes } from '#base/bytes.ts'
import { addressBits, type IpAddress, type IpFamily } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import { type IpPrefix, networkAddress } from '#ip/prefix.ts'
import type { NftExpression } from '#kernel/nftables.ts'

type Operator = 'equal' | 'unequal'

/** `NFT_REG_1`, the first register for data. */
const register = 1

/** `IFNAMSIZ` of `<linux/if.h>`; names are compared with all their zeros. */
const nameBytes = 16

/** Where `<linux/ip.h>` and `<linux/ipv6.h>` have the addresses. */
const headers = {
  4: { nfproto: '02', source: 12, destination: 16 },
  6: { nfproto: '0a', source: 8, destination: 24 },
} as const

/** In the family inet what asks for a header's field has to ask first whose header it is. */
export function ofFamily(family: IpFamily): NftExpression[] {
  return [{ kind: 'meta', key: 'nfproto', register }, comparison('equal', headers[family].nfproto)]
}

/** `ip saddr ADDRESS`, without the question for the family. */
export function fromAddress(address: IpAddress): NftExpression[] {
  const { source: offset } = headers[address.family]
  const length = addressBits(address.family) / 8
  return [
    { kind: 'payload', base: 'network', offset, length, register },
    comparison('equal', addressHex(address)),
  ]
}

/** `ip daddr PREFIX` or `ip daddr != PREFIX`, without the question for the family. */
export function toNetwork(prefix: IpPrefix, operator: Operator): NftExpression[] {
  const { family } = prefix.address
  const { destination: offset } = headers[family]
  const network = addressHex(networkAddress(prefix))
  // Whole bytes need no mask: less of the header is looked at.
  const isWholeBytes = prefix.length > 0 && prefix.length % 8 === 0
  const length = (isWholeBytes ? prefix.length : addressBits(family)) / 8
  return [
    { kind: 'payload', base: 'network', offset, length, register },
    ...(isWholeBytes ? [] : [{ kind: 'bitwise' as const, register, mask: maskHex(prefix) }]),
    comparison(operator, network.slice(0, length * 2)),
  ]
}

function maskHex({ address, length }: IpPrefix): string {
  const bits = addressBits(address.family)
  return BigInt(`0b${'1'.repeat(length).padEnd(bits, '0')}`)
    .toString(16)
    .padStart(bits / 4, '0')
}

/** `ether saddr MAC`: `struct ethhdr` of `<linux/if_ether.h>`. */
export function fromMac(mac: Mac): NftExpression[] {
  return [
    { kind: 'payload', base: 'link', offset: 6, length: 6, register },
    comparison('equal', mac.replaceAll(':', '')),
  ]
}

/** `iifname NAME` */
export function throughLink(name: string): NftExpression[] {
  return [{ kind: 'meta', key: 'iifname', register }, comparison('equal', linkNameHex(name))]
}

/** A link's name as rules compare it, with the zeros behind it. */
export function linkNameHex(name: string): string {
  return hexOf(utf8Bytes(name)).padEnd(nameBytes * 2, '0')
}

function comparison(operator: Operator, value: string): NftExpression {
  return { kind: 'comparison', operator, register, value }
}

/** An address in network order: `0a010203` of 10.1.2.3. */
function addressHex({ family, value }: IpAddress): string {
  return value.toString(16).padStart(addressBits(family) / 4, '0')
}
