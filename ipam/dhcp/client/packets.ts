/** Between messages and what packet sockets carry. */

import { decodeMessage, encodeMessage } from '#ipam/dhcp/message/message.ts'
import { type AddressClaim, decodeArp, encodeArpProbe } from '#ipam/dhcp/packet/arp.ts'
import { broadcastIpv4 } from '#ipam/dhcp/packet/bytes.ts'
import { decodeUdpPacket, encodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { etherTypes, type ReceivedPacket, type SentPacket } from '#kernel/packet-socket.ts'
import type { Sending } from './requests.ts'
import type { ClientEvent } from './state.ts'

/** RFC 2131 §4.1. */
export const dhcpPorts = { server: 67, client: 68 } as const

/** A message from the address it says that the client has. */
export function messagePacket({ message, to }: Sending): SentPacket {
  const payload = encodeUdpPacket({
    source: message.clientAddress,
    sourcePort: dhcpPorts.client,
    destination: to?.address ?? broadcastIpv4,
    destinationPort: dhcpPorts.server,
    payload: encodeMessage(message),
  })
  return { etherType: etherTypes.ipv4, ...(to?.mac && { destination: to.mac }), payload }
}

export function probePacket(claim: AddressClaim): SentPacket {
  return { etherType: etherTypes.arp, payload: encodeArpProbe(claim) }
}

/** What a packet means to a client. @throws PacketError */
export function decodePacket(packet: ReceivedPacket): ClientEvent {
  const { etherType, payload, source, isChecksumPending } = packet
  if (etherType === etherTypes.arp) return { kind: 'arp', packet: decodeArp(payload) }
  const datagram = decodeUdpPacket(payload, { port: dhcpPorts.client, isChecksumPending })
  const message = decodeMessage(datagram.payload)
  return { kind: 'message', received: { message, senderMac: source } }
}
