/** UDP over IPv4 as packet sockets carry it: from the IP header on. */

import type { IpAddress } from '#ip/address.ts'
import { concatBytes, ipv4Bytes, readIpv4, uint16Bytes, viewOf } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import { PacketError } from './packet-error.ts'

/** A datagram and where it goes. */
export interface UdpPacket {
  readonly source: IpAddress
  readonly sourcePort: number
  readonly destination: IpAddress
  readonly destinationPort: number
  readonly payload: Uint8Array
}

/** What is known of bytes before they are read. */
export interface Reception {
  /** The one port that counts. */
  readonly port: number
  /**
   * Whether the sender left the UDP checksum to hardware that the packet never passed, as machines
   * on one host do to each other: `TP_STATUS_CSUMNOTREADY` in the packet socket's `PACKET_AUXDATA`
   * (packet(7)).
   */
  readonly isChecksumPending: boolean
}

const ipHeaderLength = 20
const udpHeaderLength = 8
const udpProtocol = 17
const timeToLive = 64

/** RFC 791 §3.1 without options, RFC 768; both checksums are filled in. */
export function encodeUdpPacket(packet: UdpPacket): Uint8Array {
  const { source, destination, sourcePort, destinationPort, payload } = packet
  const udpLength = udpHeaderLength + payload.length
  const bytes = new Uint8Array(ipHeaderLength + udpLength)
  const view = viewOf(bytes)
  view.setUint8(0, 0x45)
  view.setUint16(2, bytes.length)
  view.setUint8(8, timeToLive)
  view.setUint8(9, udpProtocol)
  bytes.set(ipv4Bytes(source), 12)
  bytes.set(ipv4Bytes(destination), 16)
  view.setUint16(10, internetChecksum(bytes.subarray(0, ipHeaderLength)))
  view.setUint16(20, sourcePort)
  view.setUint16(22, destinationPort)
  view.setUint16(24, udpLength)
  bytes.set(payload, ipHeaderLength + udpHeaderLength)
  const checksum = internetChecksum(withPseudoHeader(bytes, bytes.subarray(ipHeaderLength)))
  // Zero would mean that there is none; the same sum has a second form.
  view.setUint16(26, checksum === 0 ? 0xffff : checksum)
  return bytes
}

/**
 * The datagram in what a packet socket has received; what an Ethernet driver padded it with is cut
 * off.
 *
 * @throws PacketError when it is not whole, damaged, or for another port
 */
export function decodeUdpPacket(bytes: Uint8Array, reception: Reception): UdpPacket {
  const datagram = datagramIn(bytes)
  const [source, destination] = [readIpv4(bytes, 12), readIpv4(bytes, 16)]
  const view = viewOf(datagram)
  const [sourcePort, destinationPort] = [view.getUint16(0), view.getUint16(2)]
  if (destinationPort !== reception.port) throw refused(`for port ${destinationPort}`)
  const length = view.getUint16(4)
  if (length < udpHeaderLength || length > datagram.length) {
    throw refused(`a UDP length of ${length} in ${datagram.length} bytes`)
  }
  const whole = datagram.subarray(0, length)
  const isCheckable = view.getUint16(6) !== 0 && !reception.isChecksumPending
  if (isCheckable && internetChecksum(withPseudoHeader(bytes, whole)) !== 0) {
    throw refused('the UDP checksum does not match')
  }
  const payload = whole.subarray(udpHeaderLength)
  return { source, sourcePort, destination, destinationPort, payload }
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

/** RFC 768: the addresses, the protocol and the length go into the sum too. */
function withPseudoHeader(packet: Uint8Array, datagram: Uint8Array): Uint8Array {
  const addresses = packet.subarray(12, 20)
  return concatBytes([addresses, uint16Bytes(udpProtocol), uint16Bytes(datagram.length), datagram])
}

function refused(reason: string): PacketError {
  return new PacketError('UDP packet', reason)
}
