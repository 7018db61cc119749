/** Packets of one link, from behind the Ethernet header on: packet(7) with `SOCK_DGRAM`. */

import type { Mac } from '#ip/mac.ts'

/** `ETH_P_*` of `<linux/if_ether.h>`. */
export const etherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const

export type EtherType = (typeof etherTypes)[keyof typeof etherTypes]

/** What a packet socket hears. */
export interface PacketSocketRequest {
  /** Index of the link. */
  readonly link: number
  readonly etherType: EtherType
  /**
   * Of IPv4 and IPv6 only whole UDP datagrams to this port are heard, of IPv6 those without extension
   * headers; the kernel drops the rest (socket filter). Required of them, and of no use with ARP.
   */
  readonly udpPort?: number
  /**
   * Told of each packet, each time as a task of its own, and not from within `send`. However many come,
   * no more than a few thousand are told in a second; the rest is dropped.
   */
  readonly receive: (packet: ReceivedPacket) => void
}

/** A packet that another host sent. */
export interface ReceivedPacket {
  readonly etherType: EtherType
  /** The sender's hardware address. */
  readonly source: Mac
  /** From the IP or ARP header on; a driver may have padded it. */
  readonly payload: Uint8Array
  /**
   * Whether the sender left the checksum to hardware that the packet never passed:
   * `TP_STATUS_CSUMNOTREADY` in `PACKET_AUXDATA`.
   */
  readonly isChecksumPending: boolean
}

/** A packet to send. */
export interface SentPacket {
  readonly etherType: EtherType
  /** Everybody on the link when absent. */
  readonly destination?: Mac
  readonly payload: Uint8Array
}

/** Keeps the process alive, and hears, until it is disposed. A link that goes makes it silent. */
export interface PacketSocket extends Disposable {
  /**
   * Sends now, without waiting.
   *
   * @throws SystemError, `ENETDOWN` while the link is down, `ENXIO` or `ENODEV` when it is gone
   */
  send(packet: SentPacket): void
}
