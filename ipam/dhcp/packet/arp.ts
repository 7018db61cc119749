/** ARP for IPv4 on Ethernet: asking whether somebody has an address. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import {
  concatBytes,
  ipv4Bytes,
  ipv4Length,
  macBytes,
  macLength,
  readIpv4,
  readMac,
  uint16Bytes,
  viewOf,
} from './bytes.ts'
import { PacketError } from './packet-error.ts'

/** RFC 826; the target's hardware address is not told, since requests leave it open. */
export interface ArpPacket {
  readonly operation: 'request' | 'reply'
  readonly senderMac: Mac
  readonly senderAddress: IpAddress
  readonly targetAddress: IpAddress
}

/** An address, and the link that is about to have it. */
export interface AddressClaim {
  readonly mac: Mac
  readonly address: IpAddress
}

/** `ARPHRD_ETHER`, `ETH_P_IP`, and the lengths of their addresses. */
const ethernetForIpv4 = Uint8Array.of(0, 1, 8, 0, macLength, ipv4Length)
const operations = { 1: 'request', 2: 'reply' } as const
const requestNumber = 1
const senderOffset = 8
const packetLength = 28

/** The question of RFC 5227 §2.1.1, which changes no neighbour's mind: `arping -D`. */
export function encodeArpProbe({ mac, address }: AddressClaim): Uint8Array {
  return concatBytes([
    ethernetForIpv4,
    uint16Bytes(requestNumber),
    macBytes(mac),
    new Uint8Array(ipv4Length + macLength),
    ipv4Bytes(address),
  ])
}

/** Padding behind it does not count. @throws PacketError */
export function decodeArp(bytes: Uint8Array): ArpPacket {
  if (bytes.length < packetLength) throw new PacketError('ARP packet', `${bytes.length} bytes`)
  if (!ethernetForIpv4.every((byte, index) => bytes[index] === byte)) {
    throw new PacketError('ARP packet', 'not of IPv4 on Ethernet')
  }
  const number = viewOf(bytes).getUint16(ethernetForIpv4.length)
  if (number !== 1 && number !== 2) throw new PacketError('ARP packet', `operation ${number}`)
  return {
    operation: operations[number],
    senderMac: readMac(bytes, senderOffset),
    senderAddress: readIpv4(bytes, senderOffset + macLength),
    targetAddress: readIpv4(bytes, packetLength - ipv4Length),
  }
}

/**
 * RFC 5227 §2.1.1: whether the packet shows that another link has the address, or is about to have
 * it.
 */
export function contests(packet: ArpPacket, { mac, address }: AddressClaim): boolean {
  if (packet.senderMac === mac) return false
  if (packet.senderAddress.equals(address)) return true
  const isProbe = packet.operation === 'request' && packet.senderAddress.value === 0n
  return isProbe && packet.targetAddress.equals(address)
}
