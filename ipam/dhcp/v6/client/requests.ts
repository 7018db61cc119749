/** The messages a client sends, RFC 8415 sections 18.2.1 to 18.2.8. */

import type { IpAddress } from '#ip/address.ts'
import { concatBytes, uint16Bytes } from '#ipam/dhcp/packet/bytes.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import type { AddressAssociation } from '#ipam/dhcp/v6/message/address-association.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { type MessageType6, optionCodes6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import type { ClientSettings6 } from './settings.ts'

/** An exchange of messages, which share its number. */
export interface Transaction6 {
  /** An unsigned number of 24 bits. */
  readonly transaction: number
  /** How long it has taken so far. */
  readonly elapsedMs: number
}

/** An address that a server has offered or granted. */
export interface ServedAddress6 {
  readonly address: IpAddress
  /** The DUID of the server. */
  readonly server: Uint8Array
  /** Where it answers from. */
  readonly serverAddress: IpAddress
}

/** The address of a lease, and who granted it. */
export function servedAddress6({ address, server, serverAddress }: Lease6): ServedAddress6 {
  return { address: address.address, server, serverAddress }
}

/** `wanted` is an address that the client would like to have again. */
export function solicit(
  settings: ClientSettings6,
  on: Transaction6,
  wanted: IpAddress | undefined,
): Dhcp6Message {
  const draft = { settings, on, addresses: wanted === undefined ? [] : [wanted] }
  const message = wishing(telling('solicit', draft), settings)
  if (!settings.rapidCommit) return message
  return withOption(message, optionCodes6.rapidCommit, new Uint8Array())
}

/** Accepts an offer. */
export function request(
  settings: ClientSettings6,
  on: Transaction6,
  served: ServedAddress6,
): Dhcp6Message {
  return wishing(tellingServer('request', { settings, on, served }), settings)
}

/** Asks whether an address fits the link; any server answers. */
export function confirm(
  settings: ClientSettings6,
  on: Transaction6,
  { address }: ServedAddress6,
): Dhcp6Message {
  return telling('confirm', { settings, on, addresses: [address] })
}

/** Asks the server that granted it to extend a lease. */
export function renew(
  settings: ClientSettings6,
  on: Transaction6,
  served: ServedAddress6,
): Dhcp6Message {
  return wishing(tellingServer('renew', { settings, on, served }), settings)
}

/** Asks any server to extend a lease. */
export function rebind(
  settings: ClientSettings6,
  on: Transaction6,
  { address }: ServedAddress6,
): Dhcp6Message {
  return wishing(telling('rebind', { settings, on, addresses: [address] }), settings)
}

/** Gives an address back. */
export function release(
  settings: ClientSettings6,
  on: Transaction6,
  served: ServedAddress6,
): Dhcp6Message {
  return tellingServer('release', { settings, on, served })
}

/** Says that somebody else has an address. */
export function decline(
  settings: ClientSettings6,
  on: Transaction6,
  served: ServedAddress6,
): Dhcp6Message {
  return tellingServer('decline', { settings, on, served })
}

interface Draft {
  readonly settings: ClientSettings6
  readonly on: Transaction6
  readonly addresses: readonly IpAddress[]
}

function tellingServer(
  type: MessageType6,
  { settings, on, served }: Omit<Draft, 'addresses'> & { readonly served: ServedAddress6 },
): Dhcp6Message {
  const message = telling(type, { settings, on, addresses: [served.address] })
  return withOption(message, optionCodes6.serverId, served.server)
}

function telling(type: MessageType6, { settings, on, addresses }: Draft): Dhcp6Message {
  const hundredths = Math.min(Math.floor(on.elapsedMs / 10), 0xffff)
  return {
    type,
    transaction: on.transaction,
    associations: [associate(settings.iaid, addresses)],
    options: new Map([
      [optionCodes6.clientId, settings.duid],
      [optionCodes6.elapsedTime, uint16Bytes(hundredths)],
    ]),
  }
}

/** RFC 8415 §21.4, §21.6: all times are the server's to say. */
function associate(iaid: number, addresses: readonly IpAddress[]): AddressAssociation {
  const unsaid = { preferredSeconds: 0, validSeconds: 0, options: new Map() }
  return {
    iaid,
    renewalSeconds: 0,
    rebindingSeconds: 0,
    addresses: addresses.map((address) => ({ address, ...unsaid })),
    options: new Map(),
  }
}

/** RFC 8415 §18.2.1: option 82 has to be among what is asked for. */
function wishing(message: Dhcp6Message, { requested }: ClientSettings6): Dhcp6Message {
  const codes = [...new Set([...requested, optionCodes6.solicitMaxRt])]
  return withOption(message, optionCodes6.optionRequest, concatBytes(codes.map(uint16Bytes)))
}

function withOption(message: Dhcp6Message, code: number, value: Uint8Array): Dhcp6Message {
  return { ...message, options: new Map([...message.options, [code, value]]) }
}
