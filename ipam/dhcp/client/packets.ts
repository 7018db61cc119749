/** Between messages and what packet sockets carry. */

import type { Mac } from '#ip/mac.ts'
import { decodeMessage, encodeMessage } from '#ipam/dhcp/message/message.ts'
import { type AddressClaim, decodeArp, encodeArpProbe } from '#ipam/dhcp/packet/arp.ts'
import { broadcastIpv4 } from '#ipam/dhcp/packet/bytes.ts'
import { decodeUdpPacket, encodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import type { Sending } from './requests.ts'
import type { ClientEvent } from './state.ts'

/** `ETH_P_*` of `<linux/if_ether.h>`. */
export const etherTypes = { ipv4: 0x0800, arp: 0x0806 } as const

export type EtherType = (typeof etherTypes)[keyof typeof etherTypes]

/** What goes behind the Ethernet header, and to whom. */
export interface OutgoingPacket {
  readonly etherType: EtherType
  /** Everybody on the link when absent. */
  readonly destination?: Mac
  readonly payload: Uint8Array
}

/** What came behind an Ethernet header, and how. */
export interface IncomingPacket {
  readonly etherType: EtherType
  readonly source: Mac
  readonly payload: Uint8Array
  /** `TP_STATUS_CSUMNOTREADY`, see `Reception`. */
  readonly isChecksumPending: boolean
}

/** RFC 2131 §4.1. */
const ports = { server: 67, client: 68 } as const

/** A message from the address it says that the client has. */
export function messagePacket({ message, to }: Sending): OutgoingPacket {
  const payload = encodeUdpPacket({
    source: message.clientAddress,
    sourcePort: ports.client,
    destination: to?.address ?? broadcastIpv4,
    destinationPort: ports.server,
    payload: encodeMessage(message),
  })
  return { etherType: etherTypes.ipv4, ...(to?.mac && { destination: to.mac }), payload }
}

export function probePacket(claim: AddressClaim): OutgoingPacket {
  return { etherType: etherTypes.arp, payload: encodeArpProbe(claim) }
}

/** What a packet means to a client. @throws PacketError */
export function decodePacket(packet: IncomingPacket): ClientEvent {
  const { etherType, payload, source, isChecksumPending } = packet
  if (etherType === etherTypes.arp) return { kind: 'arp', packet: decodeArp(payload) }
  const datagram = decodeUdpPacket(payload, { port: ports.client, isChecksumPending })
  const message = decodeMessage(datagram.payload)
  return { kind: 'message', received: { message, senderMac: source } }
}
