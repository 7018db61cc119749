/** Arbitrary DHCPv6 messages for property tests. */

import fc from 'fast-check'
import { IpAddress } from '#ip/address.ts'
import type {
  AddressAssociation,
  AssociatedAddress,
} from '#ipam/dhcp/v6/message/address-association.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { decodeUdp6Packet } from '#ipam/dhcp/v6/packet/udp-packet.ts'
import { recordedFrame } from '#test/lab/recorded-frames.ts'

export const anyIpv6: fc.Arbitrary<IpAddress> = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .map((value) => new IpAddress(6, value))

const anyUint32 = fc.nat(0xffffffff)

/** None that hold options. */
const anyOptions = fc
  .array(
    fc.tuple(
      fc.nat(0xffff).filter((code) => code !== 3 && code !== 5),
      fc.uint8Array({ maxLength: 300 }),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => new Map(pairs))

const anyAddress: fc.Arbitrary<AssociatedAddress> = fc.record({
  address: anyIpv6,
  preferredSeconds: anyUint32,
  validSeconds: anyUint32,
  options: anyOptions,
})

const anyAssociation: fc.Arbitrary<AddressAssociation> = fc.record({
  iaid: anyUint32,
  renewalSeconds: anyUint32,
  rebindingSeconds: anyUint32,
  addresses: fc.array(anyAddress, { maxLength: 2 }),
  options: fc.constant(new Map()),
})

export const anyMessage6: fc.Arbitrary<Dhcp6Message> = fc.record({
  type: fc.constantFrom(
    'solicit',
    'advertise',
    'request',
    'confirm',
    'renew',
    'rebind',
    'reply',
    'release',
    'decline',
  ),
  transaction: fc.nat(0xffffff),
  associations: fc.array(anyAssociation, { maxLength: 1 }),
  options: anyOptions,
})

/** The message in a frame of the recording; its checksum is pending, whoever sent it. */
export function recordedMessage(title: string): Uint8Array {
  const port = title === 'ADVERTISE' || title.startsWith('REPLY') ? 546 : 547
  const { payload } = recordedFrame('lease6', title)
  return decodeUdp6Packet(payload, { port, isChecksumPending: true }).payload
}
