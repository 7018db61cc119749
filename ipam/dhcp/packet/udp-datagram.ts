/** UDP datagrams: the same over IPv4 and IPv6. */

import type { IpAddress } from '#ip/address.ts'
import { uint16Bytes, viewOf } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import { PacketError } from './packet-error.ts'

/** What goes from port to port. */
export interface UdpDatagram {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly payload: Uint8Array
}

/** A datagram and where it goes. */
export interface UdpPacket extends UdpDatagram {
  readonly source: IpAddress
  readonly destination: IpAddress
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

/** What of the IP packet around a datagram counts for it. */
export interface Carrier {
  /** Source and destination, one behind the other. */
  readonly addresses: Uint8Array
  /** Zero in place of a checksum says that there is none, which only IPv4 allows (RFC 8200 §8.1). */
  readonly isChecksumOptional: boolean
}

/** The number of UDP among the protocols of IP. */
export const udpProtocol = 17
/** The shortest datagram. */
export const udpHeaderLength = 8

/** RFC 768; the checksum is filled in. */
export function encodeDatagram(datagram: UdpDatagram, addresses: Uint8Array): Uint8Array {
  const { sourcePort, destinationPort, payload } = datagram
  const bytes = new Uint8Array(udpHeaderLength + payload.length)
  const view = viewOf(bytes)
  view.setUint16(0, sourcePort)
  view.setUint16(2, destinationPort)
  view.setUint16(4, bytes.length)
  bytes.set(payload, udpHeaderLength)
  const checksum = internetChecksum(...pseudoHeader(bytes, addresses), bytes)
  // Zero would mean that there is none; the same sum has a second form.
  view.setUint16(6, checksum === 0 ? 0xffff : checksum)
  return bytes
}

/**
 * Of eight bytes or more; what is behind the length that they tell is cut off.
 *
 * @throws PacketError when it is not whole, damaged, or for another port
 */
export function decodeDatagram(
  bytes: Uint8Array,
  carrier: Carrier,
  reception: Reception,
): UdpDatagram {
  const view = viewOf(bytes)
  const [sourcePort, destinationPort] = [view.getUint16(0), view.getUint16(2)]
  if (destinationPort !== reception.port) throw refused(`for port ${destinationPort}`)
  const length = view.getUint16(4)
  if (length < udpHeaderLength || length > bytes.length) {
    throw refused(`a UDP length of ${length} in ${bytes.length} bytes`)
  }
  const whole = bytes.subarray(0, length)
  if (!reception.isChecksumPending) requireChecksum(whole, carrier)
  return { sourcePort, destinationPort, payload: whole.subarray(udpHeaderLength) }
}

function requireChecksum(datagram: Uint8Array, carrier: Carrier): void {
  if (viewOf(datagram).getUint16(6) === 0) {
    if (carrier.isChecksumOptional) return
    throw refused('no UDP checksum')
  }
  if (internetChecksum(...pseudoHeader(datagram, carrier.addresses), datagram) !== 0) {
    throw refused('the UDP checksum does not match')
  }
}

/**
 * RFC 768, RFC 8200 §8.1: the addresses, the protocol and the length go into the sum too. It is the
 * same for numbers of 16 and of 32 bits.
 */
function pseudoHeader(datagram: Uint8Array, addresses: Uint8Array): readonly Uint8Array[] {
  return [addresses, uint16Bytes(udpProtocol), uint16Bytes(datagram.length)]
}

function refused(reason: string): PacketError {
  return new PacketError('UDP packet', reason)
}
