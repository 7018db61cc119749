/** A DHCP server in memory that gives everybody one address. */

import { type IpAddress, parseIpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { type MessageType, messageTypes } from '#ipam/dhcp/message/option-codes.ts'
import { findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { ipv4Bytes, uint32Bytes } from '#ipam/dhcp/packet/bytes.ts'

export class FakeServer {
  readonly address: IpAddress = parseIpAddress('10.1.2.1')
  /** The address it gives. */
  given: IpAddress = parseIpAddress('10.1.2.3')
  leaseSeconds = 120
  /** The messages that it does not answer. */
  ignored: readonly MessageType[] = []
  /** Whether it answers every DHCPREQUEST with DHCPNAK. */
  refuses = false
  /** What becomes of its answers. */
  change: (answer: DhcpMessage) => DhcpMessage = (answer) => answer

  silence(): void {
    this.ignored = ['discover', 'request']
  }

  wake(): void {
    this.ignored = []
  }

  answer(request: DhcpMessage): DhcpMessage | undefined {
    const type = findMessageType(request.options)
    if (type === undefined || this.ignored.includes(type)) return undefined
    if (type === 'discover') return this.change(this.reply(request, 'offer'))
    if (type !== 'request') return undefined
    return this.change(this.reply(request, this.refuses ? 'nak' : 'ack'))
  }

  reply(request: DhcpMessage, type: MessageType): DhcpMessage {
    const identity: [number, Uint8Array][] = [
      [53, Uint8Array.of(messageTypes[type])],
      [54, ipv4Bytes(this.address)],
    ]
    const terms: [number, Uint8Array][] = [
      [1, Uint8Array.of(255, 255, 255, 0)],
      [51, uint32Bytes(this.leaseSeconds)],
    ]
    const options = new Map(type === 'nak' ? identity : [...identity, ...terms])
    const { transaction, wantsBroadcast, mac } = request
    const reply = { ...emptyRequest(mac), transaction, wantsBroadcast, options }
    return { ...reply, sender: 'server', ...(type !== 'nak' && { yourAddress: this.given }) }
  }
}

/** A message of a client that says nothing. */
export function emptyRequest(mac: Mac): DhcpMessage {
  const zero = parseIpAddress('0.0.0.0')
  return {
    sender: 'client',
    transaction: 0,
    seconds: 0,
    wantsBroadcast: false,
    clientAddress: zero,
    yourAddress: zero,
    nextServer: zero,
    relay: zero,
    mac,
    options: new Map(),
  }
}

/** A message with other options: one that holds nothing is left out. */
export function withOptions(
  message: DhcpMessage,
  options: Readonly<Record<number, Uint8Array | undefined>>,
): DhcpMessage {
  const changed = new Map(message.options)
  for (const [code, value] of Object.entries(options)) {
    if (value === undefined) changed.delete(Number(code))
    else changed.set(Number(code), value)
  }
  return { ...message, options: changed }
}
