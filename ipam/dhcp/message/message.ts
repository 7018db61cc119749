/** DHCPv4 messages, RFC 2131 section 2. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import {
  concatBytes,
  ipv4Bytes,
  macBytes,
  macLength,
  readIpv4,
  readMac,
  viewOf,
} from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import { type DhcpOptions, decodeOptions, encodeOptions } from './option-area.ts'

/** A message of a client or a server on Ethernet. */
export interface DhcpMessage {
  /** `op`. */
  readonly sender: 'client' | 'server'
  /** `xid`, an unsigned number of 32 bits. */
  readonly transaction: number
  /** `secs`: how long the client has been trying. */
  readonly seconds: number
  /** The broadcast bit of `flags`: answers reach the client by broadcast alone. */
  readonly wantsBroadcast: boolean
  /** `ciaddr` */
  readonly clientAddress: IpAddress
  /** `yiaddr` */
  readonly yourAddress: IpAddress
  /** `siaddr` */
  readonly nextServer: IpAddress
  /** `giaddr` */
  readonly relay: IpAddress
  /** `chaddr` */
  readonly mac: Mac
  readonly options: DhcpOptions
}

const senders = { 1: 'client', 2: 'server' } as const
/** `ARPHRD_ETHER` of `<linux/if_arp.h>`. */
const ethernet = 1
const broadcastFlag = 0x8000
const magicCookie = 0x63825363
const places = {
  addresses: 12,
  mac: 28,
  serverName: 44,
  file: 108,
  cookie: 236,
  options: 240,
} as const
/** What BOOTP relays and servers expect at least (RFC 1542 §2.1). */
const shortestMessage = 300
/** Nobody may send more than option 57 of our requests allows. */
const longestMessage = 1500

/** Padded to 300 bytes; nothing is put into `sname` and `file`. */
export function encodeMessage(message: DhcpMessage): Uint8Array {
  const options = encodeOptions(message.options)
  const bytes = new Uint8Array(Math.max(shortestMessage, places.options + options.length))
  const view = viewOf(bytes)
  view.setUint8(0, message.sender === 'client' ? 1 : 2)
  view.setUint8(1, ethernet)
  view.setUint8(2, macLength)
  view.setUint32(4, message.transaction)
  view.setUint16(8, message.seconds)
  view.setUint16(10, message.wantsBroadcast ? broadcastFlag : 0)
  const { clientAddress, yourAddress, nextServer, relay } = message
  const addresses = [clientAddress, yourAddress, nextServer, relay].map(ipv4Bytes)
  bytes.set(concatBytes(addresses), places.addresses)
  bytes.set(macBytes(message.mac), places.mac)
  view.setUint32(places.cookie, magicCookie)
  bytes.set(options, places.options)
  return bytes
}

/** @throws PacketError */
export function decodeMessage(bytes: Uint8Array): DhcpMessage {
  requireLayout(bytes)
  const view = viewOf(bytes)
  return {
    sender: readSender(view.getUint8(0)),
    transaction: view.getUint32(4),
    seconds: view.getUint16(8),
    wantsBroadcast: (view.getUint16(10) & broadcastFlag) !== 0,
    clientAddress: readIpv4(bytes, places.addresses),
    yourAddress: readIpv4(bytes, places.addresses + 4),
    nextServer: readIpv4(bytes, places.addresses + 8),
    relay: readIpv4(bytes, places.addresses + 12),
    mac: readMac(bytes, places.mac),
    options: decodeOptions({
      options: bytes.subarray(places.options),
      file: bytes.subarray(places.file, places.cookie),
      serverName: bytes.subarray(places.serverName, places.file),
    }),
  }
}

function requireLayout(bytes: Uint8Array): void {
  if (bytes.length < places.options || bytes.length > longestMessage) {
    throw refused(`${bytes.length} bytes, expected ${places.options} to ${longestMessage}`)
  }
  const view = viewOf(bytes)
  const [hardware, addressLength] = [view.getUint8(1), view.getUint8(2)]
  if (hardware !== ethernet || addressLength !== macLength) {
    throw refused(`hardware ${hardware} with addresses of ${addressLength} bytes, not Ethernet`)
  }
  if (view.getUint32(places.cookie) !== magicCookie) throw refused('no magic cookie')
}

function readSender(operation: number): DhcpMessage['sender'] {
  if (operation === 1 || operation === 2) return senders[operation]
  throw refused(`operation ${operation}`)
}

function refused(reason: string): PacketError {
  return new PacketError('DHCP message', reason)
}
