/** UDP over IPv4 as packet sockets carry it: from the IP header on. */

import { concatBytes, ipv4Bytes, readIpv4, viewOf } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import { PacketError } from './packet-error.ts'
import {
  decodeDatagram,
  encodeDatagram,
  type Reception,
  type UdpPacket,
  udpHeaderLength,
  udpProtocol,
} from './udp-datagram.ts'

const ipHeaderLength = 20
const timeToLive = 64

/** RFC 791 §3.1 without options, RFC 768; both checksums are filled in. */
export function encodeUdpPacket(packet: UdpPacket): Uint8Array {
  const addresses = concatBytes([ipv4Bytes(packet.source), ipv4Bytes(packet.destination)])
  const datagram = encodeDatagram(packet, addresses)
  const header = new Uint8Array(ipHeaderLength)
  const view = viewOf(header)
  view.setUint8(0, 0x45)
  view.setUint16(2, header.length + datagram.length)
  view.setUint8(8, timeToLive)
  view.setUint8(9, udpProtocol)
  header.set(addresses, 12)
  view.setUint16(10, internetChecksum(header))
  return concatBytes([header, datagram])
}

/**
 * The datagram in what a packet socket has received; what an Ethernet driver padded it with is cut
 * off.
 *
 * @throws PacketError when it is not whole, damaged, or for another port
 */
export function decodeUdpPacket(bytes: Uint8Array, reception: Reception): UdpPacket {
  const inner = datagramIn(bytes)
  const carrier = { addresses: bytes.subarray(12, 20), isChecksumOptional: true }
  const datagram = decodeDatagram(inner, carrier, reception)
  return { source: readIpv4(bytes, 12), destination: readIpv4(bytes, 16), ...datagram }
}

/** What is behind the IP header, after that has been judged. */
function datagramIn(bytes: Uint8Array): Uint8Array {
  if (bytes.length < ipHeaderLength) throw refused(`${bytes.length} bytes are no IPv4 header`)
  const view = viewOf(bytes)
  const [version, headerLength] = [view.getUint8(0) >>> 4, (view.getUint8(0) & 15) * 4]
  if (version !== 4) throw refused(`IP version ${version}`)
  const protocol = view.getUint8(9)
  if (protocol !== udpProtocol) throw refused(`IP protocol ${protocol}`)
  const totalLength = view.getUint16(2)
  if (totalLength > bytes.length) throw refused(`${bytes.length} bytes of ${totalLength}`)
  if (headerLength < ipHeaderLength || headerLength + udpHeaderLength > totalLength) {
    throw refused(`a header of ${headerLength} bytes in a packet of ${totalLength}`)
  }
  // The flag MF and the offset; DF may be set.
  if ((view.getUint16(6) & 0x3fff) !== 0) throw refused('a fragment')
  if (internetChecksum(bytes.subarray(0, headerLength)) !== 0) {
    throw refused('the IP checksum does not match')
  }
  return bytes.subarray(headerLength, totalLength)
}

function refused(reason: string): PacketError {
  return new PacketError('UDP packet', reason)
}
