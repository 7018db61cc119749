/** DHCPv6 messages between client and server, RFC 8415 section 8. */

import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { concatBytes, uint32Bytes, viewOf } from '#ipam/dhcp/packet/bytes.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import {
  type AddressAssociation,
  decodeAssociation,
  encodeAssociation,
} from './address-association.ts'
import { type MessageType6, messageTypes6, optionCodes6 } from './option-codes.ts'
import {
  decodeOptionList,
  encodeOptionList,
  type ListedOption,
  listOptions,
  optionMap,
} from './option-list.ts'

/** A message of a client or a server. */
export interface Dhcp6Message {
  readonly type: MessageType6
  /** An unsigned number of 24 bits. */
  readonly transaction: number
  /** Options 3, in their order. */
  readonly associations: readonly AddressAssociation[]
  /** The other options: of several of one code, the first. */
  readonly options: DhcpOptions
}

const headerLength = 4
/** Far more than an answer to our requests has to say. */
const longestMessage = 4096

/** The options are in ascending order. */
export function encodeMessage6(message: Dhcp6Message): Uint8Array {
  const associations = message.associations.map((each) => ({
    code: optionCodes6.addressAssociation,
    value: encodeAssociation(each),
  }))
  const isBefore = ({ code }: ListedOption) => code < optionCodes6.addressAssociation
  const others = listOptions(message.options)
  return concatBytes([
    // One byte and three.
    uint32Bytes(messageTypes6[message.type] * 2 ** 24 + message.transaction),
    encodeOptionList([
      ...others.filter(isBefore),
      ...associations,
      ...others.filter((option) => !isBefore(option)),
    ]),
  ])
}

/** @throws PacketError, also for messages of relays and other types */
export function decodeMessage6(bytes: Uint8Array): Dhcp6Message {
  if (bytes.length < headerLength || bytes.length > longestMessage) {
    throw refused(`${bytes.length} bytes, expected ${headerLength} to ${longestMessage}`)
  }
  const type = readType(bytes)
  const list = decodeOptionList(bytes.subarray(headerLength))
  return {
    type,
    transaction: viewOf(bytes).getUint32(0) & 0xffffff,
    associations: list.filter(isAssociation).map(({ value }) => decodeAssociation(value)),
    options: optionMap(list.filter((option) => !isAssociation(option))),
  }
}

function isAssociation({ code }: ListedOption): boolean {
  return code === optionCodes6.addressAssociation
}

const types: readonly MessageType6[] = [
  'solicit',
  'advertise',
  'request',
  'confirm',
  'renew',
  'rebind',
  'reply',
  'release',
  'decline',
]

function readType([number = 0]: Uint8Array): MessageType6 {
  const type = types.find((name) => messageTypes6[name] === number)
  if (type === undefined) throw refused(`type ${number}`)
  return type
}

function refused(reason: string): PacketError {
  return new PacketError('DHCPv6 message', reason)
}
