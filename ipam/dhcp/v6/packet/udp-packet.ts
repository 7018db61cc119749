/** UDP over IPv6 as packet sockets carry it: from the IP header on. */

import { concatBytes, ipv6Bytes, ipv6Length, readIpv6, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import {
  decodeDatagram,
  encodeDatagram,
  type Reception,
  type UdpPacket,
  udpHeaderLength,
  udpProtocol,
} from '#ipam/dhcp/packet/udp-datagram.ts'

const addressesOffset = 8
const ipHeaderLength = addressesOffset + 2 * ipv6Length
/** What a client sends goes to the link alone. */
const hopLimit = 1

/** RFC 8200 §3 without extension headers; the checksum is filled in. */
export function encodeUdp6Packet(packet: UdpPacket): Uint8Array {
  const addresses = concatBytes([ipv6Bytes(packet.source), ipv6Bytes(packet.destination)])
  const datagram = encodeDatagram(packet, addresses)
  const header = new Uint8Array(addressesOffset)
  const view = viewOf(header)
  view.setUint8(0, 0x60)
  view.setUint16(4, datagram.length)
  view.setUint8(6, udpProtocol)
  view.setUint8(7, hopLimit)
  return concatBytes([header, addresses, datagram])
}

/**
 * The datagram in what a packet socket has received; what an Ethernet driver padded it with is cut
 * off. Whatever has extension headers, such as a fragment, is none.
 *
 * @throws PacketError when it is not whole, damaged, or for another port
 */
export function decodeUdp6Packet(bytes: Uint8Array, reception: Reception): UdpPacket {
  const inner = datagramIn(bytes)
  const addresses = bytes.subarray(addressesOffset, ipHeaderLength)
  const datagram = decodeDatagram(inner, { addresses, isChecksumOptional: false }, reception)
  return { source: readIpv6(addresses), destination: readIpv6(addresses, ipv6Length), ...datagram }
}

/** What is behind the IP header, after that has been judged. */
function datagramIn(bytes: Uint8Array): Uint8Array {
  if (bytes.length < ipHeaderLength) throw refused(`${bytes.length} bytes are no IPv6 header`)
  const view = viewOf(bytes)
  const version = view.getUint8(0) >>> 4
  if (version !== 6) throw refused(`IP version ${version}`)
  const nextHeader = view.getUint8(6)
  if (nextHeader !== udpProtocol) throw refused(`next header ${nextHeader}`)
  const length = view.getUint16(4)
  const end = ipHeaderLength + length
  if (end > bytes.length) throw refused(`${bytes.length} bytes of ${end}`)
  if (length < udpHeaderLength) throw refused(`${length} bytes are no UDP header`)
  return bytes.subarray(ipHeaderLength, end)
}

function refused(reason: string): PacketError {
  return new PacketError('UDP packet', reason)
}
