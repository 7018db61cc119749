/** A link in memory with a clock, one client, and DHCPv6 servers that do as a test says. */

import { expect } from 'vitest'
import type { CniError } from '#base/cni-error.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { Dhcp6Client } from '#ipam/dhcp/v6/client/dhcp6-client.ts'
import { type ClientSettings6, defaultRequested6 } from '#ipam/dhcp/v6/client/settings.ts'
import type { Beginning6 } from '#ipam/dhcp/v6/client/transitions.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { type Dhcp6Message, decodeMessage6, encodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import { decodeUdp6Packet, encodeUdp6Packet } from '#ipam/dhcp/v6/packet/udp-packet.ts'
import { etherTypes, type ReceivedPacket, type SentPacket } from '#kernel/packet-socket.ts'
import { FakeWorld } from '#test/unit/ipam/dhcp/fake-world.ts'
import { FakeServer6 } from './fake-server.ts'

const delayMs = 1

export const settings: ClientSettings6 = {
  source: parseIpAddress('fe80::21'),
  duid: Uint8Array.of(0, 3, 0, 1, 2, 0, 0, 0, 0, 0x21),
  iaid: 33,
  requested: defaultRequested6,
  rapidCommit: false,
  budgetMs: 60_000,
}

export class FakeSegment6 extends FakeWorld {
  /** The messages that were sent. */
  readonly messages: Dhcp6Message[] = []
  readonly packets: SentPacket[] = []
  readonly leases: Lease6[] = []
  readonly failures: CniError[] = []
  readonly server: FakeServer6 = new FakeServer6()
  readonly servers: FakeServer6[] = [this.server]
  readonly client: Dhcp6Client

  constructor(changes: Partial<ClientSettings6> = {}, beginning: Partial<Beginning6> = {}) {
    super()
    const complete = { isLinkUp: true, hasBudget: true, ...beginning }
    const { clock, random, alarms } = this
    const ports = {
      clock,
      random,
      alarms,
      transport: { send: (packet: SentPacket) => this.#carry(packet) },
      user: {
        hold: (lease: Lease6, previous: Lease6 | undefined) => {
          this.leases.push(lease)
          this.tell(`${previous === undefined ? 'new' : 'extended'} ${lease.address}`)
        },
        lose: (lease: Lease6, loss: string) => this.tell(`lost ${lease.address}: ${loss}`),
        fail: (error: CniError) => {
          this.failures.push(error)
          this.tell('failed')
        },
        released: (isConfirmed: boolean) => this.tell(`released: ${isConfirmed}`),
      },
    }
    this.client = new Dhcp6Client({ ...settings, ...changes }, complete, ports)
  }

  /** The last message that was sent. */
  get asked(): Dhcp6Message {
    const asked = this.messages.at(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    return asked
  }

  /** The message arrives from a server. */
  deliver(message: Dhcp6Message, server: FakeServer6 = this.server): void {
    this.hear({ payload: this.packetOf(message, server) })
  }

  packetOf(message: Dhcp6Message, server: FakeServer6 = this.server): Uint8Array {
    return encodeUdp6Packet({
      source: server.address,
      sourcePort: 547,
      destination: settings.source,
      destinationPort: 546,
      payload: encodeMessage6(message),
    })
  }

  /** Some packet arrives. */
  hear(packet: Pick<ReceivedPacket, 'payload'> & Partial<ReceivedPacket>): void {
    const source = parseMac('02:00:00:00:00:01')
    const etherType = etherTypes.ipv6
    this.client.receive({ etherType, source, isChecksumPending: false, ...packet })
  }

  #carry(packet: SentPacket): void {
    this.packets.push(packet)
    const reception = { port: 547, isChecksumPending: false }
    const message = decodeMessage6(decodeUdp6Packet(packet.payload, reception).payload)
    this.messages.push(message)
    this.tell(describeMessage(message))
    this.later(delayMs, () => this.#answer(message))
  }

  #answer(message: Dhcp6Message): void {
    for (const server of this.servers) {
      const answer = server.answer(message)
      if (answer !== undefined) this.deliver(answer, server)
    }
  }
}

/** `REQUEST of fd00::3 at A` */
function describeMessage({ type, associations, options }: Dhcp6Message): string {
  const addresses = associations.flatMap((each) => each.addresses).map(({ address }) => address)
  const server = options.get(2)
  const parts = [
    type.toUpperCase(),
    ...addresses.map((address) => `of ${address}`),
    ...(server === undefined ? [] : [`at ${String.fromCharCode(server.at(-1) ?? 0)}`]),
  ]
  return parts.join(' ')
}

/** A client that holds a lease of 120 s since the first second or so: T1 after 60 s, T2 after 96 s. */
export function bound(changes: Partial<ClientSettings6> = {}): FakeSegment6 {
  const segment = new FakeSegment6({ rapidCommit: true, ...changes })
  segment.server.isRapid = true
  segment.pass(1)
  expect(segment.news().at(-1)).toBe('0 new fd00::3/128')
  return segment
}

/** The same with a server that has stopped answering, at some second. */
export function deserted(second: number): FakeSegment6 {
  const segment = bound()
  segment.server.silence()
  segment.pass(second - 1).news()
  return segment
}
