/** Between messages and what packet sockets carry. */

import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { type Dhcp6Message, decodeMessage6, encodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import { decodeUdp6Packet, encodeUdp6Packet } from '#ipam/dhcp/v6/packet/udp-packet.ts'
import { etherTypes, type ReceivedPacket, type SentPacket } from '#kernel/packet-socket.ts'
import type { ClientSettings6 } from './settings.ts'
import type { ClientEvent6 } from './state.ts'

/** RFC 8415 §7.2. */
export const dhcp6Ports = { client: 546, server: 547 } as const

/** All servers and relays of the link, RFC 8415 §7.1, and the Ethernet group of RFC 2464 §7. */
const everyServer = {
  address: parseIpAddress('ff02::1:2'),
  mac: parseMac('33:33:00:01:00:02'),
} as const

/** RFC 8415 §14: whatever a client says goes to all servers; option 2 tells whom it means. */
export function messagePacket6(message: Dhcp6Message, { source }: ClientSettings6): SentPacket {
  const payload = encodeUdp6Packet({
    source,
    sourcePort: dhcp6Ports.client,
    destination: everyServer.address,
    destinationPort: dhcp6Ports.server,
    payload: encodeMessage6(message),
  })
  return { etherType: etherTypes.ipv6, destination: everyServer.mac, payload }
}

/** What a packet means to a client. @throws PacketError */
export function decodePacket6(packet: ReceivedPacket): ClientEvent6 {
  const { etherType, payload, isChecksumPending } = packet
  if (etherType !== etherTypes.ipv6) throw new PacketError('packet', `EtherType ${etherType}`)
  const reception = { port: dhcp6Ports.client, isChecksumPending }
  const { source, payload: bytes } = decodeUdp6Packet(payload, reception)
  return { kind: 'message', received: { message: decodeMessage6(bytes), sender: source } }
}
