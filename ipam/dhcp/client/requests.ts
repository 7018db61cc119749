/** The messages a client sends, RFC 2131 section 4.4.1 table 5. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { type MessageType, messageTypes, optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { anyIpv4, ipv4Bytes, uint16Bytes } from '#ipam/dhcp/packet/bytes.ts'
import type { ClientSettings } from './settings.ts'

/** Where a message goes: to everybody on the link when absent. */
export interface Peer {
  readonly address: IpAddress
  /** Everybody hears it, and only the machine with the address minds, when absent. */
  readonly mac?: Mac
}

/** A message and where it goes. */
export interface Sending {
  readonly message: DhcpMessage
  readonly to?: Peer
}

/** An exchange of messages, which share its number. */
export interface Transaction {
  /** `xid` */
  readonly transaction: number
  /** How long it has taken so far. */
  readonly elapsedMs: number
}

/** An address that a server has offered or granted. */
export interface ServedAddress {
  readonly address: IpAddress
  readonly server?: IpAddress
  readonly serverMac?: Mac
}

/** The address of a lease, and who granted it. */
export function servedAddress(lease: Lease): ServedAddress {
  return { ...lease, address: lease.address.address }
}

type OptionList = readonly (readonly [code: number, value: Uint8Array])[]

/** `wanted` is an address that the client would like to have again. */
export function discover(settings: ClientSettings, on: Transaction, wanted?: IpAddress): Sending {
  return { message: asking('discover', { settings, on, options: addressOption(wanted) }) }
}

/** Accepts an offer (SELECTING). */
export function requestOffered(
  settings: ClientSettings,
  on: Transaction,
  { address, server }: ServedAddress,
): Sending {
  const options = [...addressOption(address), ...serverOption(server)]
  return { message: asking('request', { settings, on, options }) }
}

/** Asks whether an address is still good (INIT-REBOOT). */
export function requestAgain(
  settings: ClientSettings,
  on: Transaction,
  served: ServedAddress,
): Sending {
  const options = addressOption(served.address)
  return { message: asking('request', { settings, on, options }) }
}

/** Asks the server that granted it to extend a lease (RENEWING). */
export function renew(settings: ClientSettings, on: Transaction, served: ServedAddress): Sending {
  return { ...rebind(settings, on, served), ...peerOf(served) }
}

/** Asks any server to extend a lease (REBINDING). */
export function rebind(
  settings: ClientSettings,
  on: Transaction,
  { address }: ServedAddress,
): Sending {
  const message = asking('request', { settings, on, options: [] })
  // The client has the address, so that servers can reach it there.
  return { message: { ...message, clientAddress: address, wantsBroadcast: false } }
}

/** Gives an address back. No server answers it. */
export function release(
  settings: ClientSettings,
  transaction: number,
  served: ServedAddress,
): Sending {
  const options = serverOption(served.server)
  const message = telling('release', { settings, on: { transaction, elapsedMs: 0 }, options })
  return { message: { ...message, clientAddress: served.address }, ...peerOf(served) }
}

/** Says that somebody else has an address. No server answers it. */
export function decline(
  settings: ClientSettings,
  transaction: number,
  { address, server }: ServedAddress,
): Sending {
  const options = [...addressOption(address), ...serverOption(server)]
  return { message: telling('decline', { settings, on: { transaction, elapsedMs: 0 }, options }) }
}

interface Draft {
  readonly settings: ClientSettings
  readonly on: Transaction
  readonly options: OptionList
}

/** What a server is to answer. */
function asking(type: MessageType, draft: Draft): DhcpMessage {
  const { settings } = draft
  const { requested, provided } = settings
  const wishes: OptionList = [
    ...(requested.length > 0
      ? [[optionCodes.parameterRequestList, Uint8Array.from(requested)] as const]
      : []),
    [optionCodes.largestMessage, uint16Bytes(largestMessage(settings))],
  ]
  const message = telling(type, { ...draft, options: [...draft.options, ...wishes] })
  const options: DhcpOptions = new Map([...message.options, ...provided])
  return { ...message, wantsBroadcast: settings.wantsBroadcast, options }
}

function telling(type: MessageType, { settings, on, options }: Draft): DhcpMessage {
  const { identifier, provided } = settings
  return {
    sender: 'client',
    transaction: on.transaction,
    seconds: Math.min(Math.floor(on.elapsedMs / 1000), 0xffff),
    wantsBroadcast: false,
    clientAddress: anyIpv4,
    yourAddress: anyIpv4,
    nextServer: anyIpv4,
    relay: anyIpv4,
    mac: settings.mac,
    options: new Map([
      [optionCodes.messageType, Uint8Array.of(messageTypes[type])],
      // Servers find a lease by it, so that it is the same in every message (RFC 2131 §4.2).
      [optionCodes.clientIdentifier, provided.get(optionCodes.clientIdentifier) ?? identifier],
      ...options,
    ]),
  }
}

/** Larger ones than the link takes would not arrive; every link takes the smaller (RFC 2132 §9.10). */
function largestMessage({ mtu }: ClientSettings): number {
  return Math.min(Math.max(mtu, 576), 1500)
}

function addressOption(address: IpAddress | undefined): OptionList {
  return address === undefined ? [] : [[optionCodes.requestedAddress, ipv4Bytes(address)]]
}

function serverOption(server: IpAddress | undefined): OptionList {
  return server === undefined ? [] : [[optionCodes.serverIdentifier, ipv4Bytes(server)]]
}

function peerOf({ server, serverMac }: ServedAddress): { readonly to?: Peer } {
  if (server === undefined) return {}
  return { to: { address: server, ...(serverMac && { mac: serverMac }) } }
}
