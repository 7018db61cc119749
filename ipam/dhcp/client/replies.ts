/** Which messages on the link are answers to a client. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { findAddress, findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { equalBytes } from '#ipam/dhcp/packet/bytes.ts'
import type { ClientSettings } from './settings.ts'

/** An answer of a server. */
export interface Reply {
  readonly kind: 'offer' | 'ack' | 'nak'
  readonly message: DhcpMessage
  /** The hardware address it came from, where that is known. */
  readonly senderMac?: Mac
}

/** A message, and the hardware address it came from. */
export interface Received {
  readonly message: DhcpMessage
  readonly senderMac?: Mac
}

/** The message as an answer in a transaction of the client, or nothing when it is none. */
export function findReply(
  { message, senderMac }: Received,
  settings: ClientSettings,
  transaction: number,
): Reply | undefined {
  const type = findMessageType(message.options)
  if (type !== 'offer' && type !== 'ack' && type !== 'nak') return undefined
  const isOurs =
    message.sender === 'server' &&
    message.transaction === transaction &&
    message.mac === settings.mac &&
    namesClient(message, settings)
  return isOurs ? { kind: type, message, ...(senderMac && { senderMac }) } : undefined
}

/** Who says it, where that is said. */
export function serverOf({ options }: DhcpMessage): IpAddress | undefined {
  return findAddress(options, optionCodes.serverIdentifier)
}

/** RFC 6842 §3: links may share a hardware address; a server that echoes the identifier tells whom it means. */
function namesClient({ options }: DhcpMessage, { provided, identifier }: ClientSettings): boolean {
  const echoed = options.get(optionCodes.clientIdentifier)
  const own = provided.get(optionCodes.clientIdentifier) ?? identifier
  return echoed === undefined || equalBytes(echoed, own)
}
