/** A DHCPv6 server in memory that gives everybody one address. */

import { type IpAddress, parseIpAddress } from '#ip/address.ts'
import { uint16Bytes } from '#ipam/dhcp/packet/bytes.ts'
import type { AddressAssociation } from '#ipam/dhcp/v6/message/address-association.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import type { MessageType6 } from '#ipam/dhcp/v6/message/option-codes.ts'

export const everything: readonly MessageType6[] = [
  'solicit',
  'request',
  'confirm',
  'renew',
  'rebind',
  'release',
  'decline',
]

export class FakeServer6 {
  /** The last byte of its DUID. */
  readonly name: string
  readonly address: IpAddress
  /** The address it gives. */
  given: IpAddress = parseIpAddress('fd00::3')
  /** T1, T2, preferred and valid lifetime in seconds. */
  terms: readonly [number, number, number, number] = [60, 96, 120, 120]
  preference: number | undefined
  /** Whether it grants at once what it may. */
  isRapid = false
  /** The messages that it does not answer. */
  ignored: readonly MessageType6[] = []
  /** With what status it answers which messages; 0 with all others. */
  statuses: Partial<Record<MessageType6, number>> = {}
  /** What becomes of its answers. */
  change: (answer: Dhcp6Message) => Dhcp6Message = (answer) => answer

  constructor(name = 'A') {
    this.name = name
    this.address = parseIpAddress(`fe80::${name}`)
  }

  get duid(): Uint8Array {
    return Uint8Array.of(0, 3, this.name.charCodeAt(0))
  }

  silence(): void {
    this.ignored = everything
  }

  wake(): void {
    this.ignored = []
  }

  answer(message: Dhcp6Message): Dhcp6Message | undefined {
    const { type, options } = message
    const asked = options.get(2)
    if (this.ignored.includes(type)) return undefined
    if (asked !== undefined && asked.at(-1) !== this.duid.at(-1)) return undefined
    const isRapid = this.isRapid && options.has(14)
    const reply = this.reply(message, type === 'solicit' && !isRapid ? 'advertise' : 'reply')
    return this.change(isRapid ? withOptions(reply, { 14: new Uint8Array() }) : reply)
  }

  reply(message: Dhcp6Message, type: 'advertise' | 'reply'): Dhcp6Message {
    const status = this.statuses[message.type] ?? 0
    const gives = ['solicit', 'request', 'renew', 'rebind'].includes(message.type)
    const options = new Map([
      [1, message.options.get(1) ?? new Uint8Array()],
      [2, this.duid],
    ])
    if (this.preference !== undefined) options.set(7, Uint8Array.of(this.preference))
    if (!gives) options.set(13, uint16Bytes(status))
    const { transaction } = message
    const associations = gives ? message.associations.map((each) => this.fill(each, status)) : []
    return { type, transaction, associations, options }
  }

  fill({ iaid }: AddressAssociation, status: number): AddressAssociation {
    const [renewalSeconds, rebindingSeconds, preferredSeconds, validSeconds] = this.terms
    const lifetimes = { preferredSeconds, validSeconds, options: new Map() }
    const addresses = status === 0 ? [{ address: this.given, ...lifetimes }] : []
    const options = new Map(status === 0 ? [] : [[13, uint16Bytes(status)]])
    return { iaid, renewalSeconds, rebindingSeconds, addresses, options }
  }
}

/** A message with other options: one that holds nothing is left out. */
export function withOptions(
  message: Dhcp6Message,
  options: Readonly<Record<number, Uint8Array | undefined>>,
): Dhcp6Message {
  const changed = new Map(message.options)
  for (const [code, value] of Object.entries(options)) {
    if (value === undefined) changed.delete(Number(code))
    else changed.set(Number(code), value)
  }
  return { ...message, options: changed }
}
