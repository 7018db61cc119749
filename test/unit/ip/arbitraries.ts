/** Arbitrary IP values for property tests. */

import fc from 'fast-check'
import { addressBits, IpAddress, type IpFamily } from '#ip/address.ts'
import { isIpv4Mapped } from '#ip/ipv6-text.ts'
import { IpPrefix } from '#ip/prefix.ts'

/** IPv6 values from few distinct groups, so that runs of zeros are common. */
const zeroRichValue: fc.Arbitrary<bigint> = fc
  .array(fc.constantFrom(0n, 0n, 0n, 1n, 0xabcn, 0xffffn), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce<bigint>((value, group) => (value << 16n) | group, 0n))

const ipv4Address: fc.Arbitrary<IpAddress> = fc
  .bigInt({ min: 0n, max: 0xffffffffn })
  .map((value) => new IpAddress(4, value))

const ipv6Address: fc.Arbitrary<IpAddress> = fc
  .oneof(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), zeroRichValue)
  .filter((value) => !isIpv4Mapped(value))
  .map((value) => new IpAddress(6, value))

/** Addresses of one family that text can express. */
export function addressOf(family: IpFamily): fc.Arbitrary<IpAddress> {
  return family === 4 ? ipv4Address : ipv6Address
}

/** Addresses of both families that text can express. */
export const anyAddress: fc.Arbitrary<IpAddress> = fc.oneof(ipv4Address, ipv6Address)

/** Prefixes of both families, with host bits. */
export const anyPrefix: fc.Arbitrary<IpPrefix> = anyAddress.chain((address) =>
  fc.nat(addressBits(address.family)).map((length) => new IpPrefix(address, length)),
)
