/** Which messages on the link are answers to a client. */

import type { IpAddress } from '#ip/address.ts'
import { equalBytes } from '#ipam/dhcp/packet/bytes.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { optionCodes6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import { findDuid } from '#ipam/dhcp/v6/message/option-values.ts'
import type { ClientSettings6 } from './settings.ts'

/** A message, and where it came from. */
export interface Received6 {
  readonly message: Dhcp6Message
  readonly sender: IpAddress
}

/** An answer of a server. */
export interface Reply6 extends Received6 {
  readonly kind: 'advertise' | 'reply'
  /** Its DUID. */
  readonly server: Uint8Array
}

/** The message as an answer in a transaction of the client, or nothing when it is none. */
export function findReply6(
  { message, sender }: Received6,
  { duid }: ClientSettings6,
  transaction: number,
): Reply6 | undefined {
  const { type, options } = message
  if (type !== 'advertise' && type !== 'reply') return undefined
  if (message.transaction !== transaction) return undefined
  // RFC 8415 §16.3, §16.10: both identifiers have to be there.
  const client = options.get(optionCodes6.clientId)
  const server = findDuid(options, optionCodes6.serverId)
  if (client === undefined || !equalBytes(client, duid) || server === undefined) return undefined
  return { kind: type, message, sender, server }
}
