/** A link in memory with a clock, one client, and a DHCP server that does as a test says. */

import { expect } from 'vitest'
import type { CniError } from '#base/cni-error.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { type ClientPorts, DhcpClient } from '#ipam/dhcp/client/dhcp-client.ts'
import { type ClientSettings, defaultTiming } from '#ipam/dhcp/client/settings.ts'
import type { Beginning } from '#ipam/dhcp/client/transitions.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import { type DhcpMessage, decodeMessage, encodeMessage } from '#ipam/dhcp/message/message.ts'
import { findAddress, findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { decodeArp } from '#ipam/dhcp/packet/arp.ts'
import { decodeUdpPacket, encodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { etherTypes, type SentPacket } from '#kernel/packet-socket.ts'
import { FakeServer } from './fake-server.ts'
import { FakeWorld } from './fake-world.ts'

export const clientMac = parseMac('02:00:00:00:00:21')
export const serverMac = parseMac('02:00:00:00:00:01')
const delayMs = 1

export const settings: ClientSettings = {
  mac: clientMac,
  identifier: Uint8Array.of(0, 0x61),
  provided: new Map(),
  requested: [3, 1],
  wantsBroadcast: false,
  mtu: 1500,
  conflictProbe: { count: 0, intervalMs: 50 },
  timing: defaultTiming,
}

export class FakeSegment extends FakeWorld {
  /** The messages that were sent. */
  readonly messages: DhcpMessage[] = []
  readonly packets: SentPacket[] = []
  readonly leases: Lease[] = []
  readonly failures: CniError[] = []
  readonly server: FakeServer = new FakeServer()
  readonly client: DhcpClient

  constructor(changes: Partial<ClientSettings> = {}, beginning: Partial<Beginning> = {}) {
    super()
    const complete = { isLinkUp: true, hasBudget: true, ...beginning }
    this.client = new DhcpClient({ ...settings, ...changes }, complete, this.#ports())
  }

  /** The message arrives from the server's hardware address. */
  deliver(message: DhcpMessage): void {
    const payload = encodeUdpPacket({
      source: this.server.address,
      sourcePort: 67,
      destination: message.yourAddress,
      destinationPort: 68,
      payload: encodeMessage(message),
    })
    const packet = { etherType: etherTypes.ipv4, source: serverMac, payload }
    this.client.receive({ ...packet, isChecksumPending: false })
  }

  /** Another machine says in a reply that it has an address. */
  deliverArp(senderAddress: string, sender = '020000000099'): void {
    const address = parseIpAddress(senderAddress).value.toString(16).padStart(8, '0')
    const payload = Buffer.from(`0001080006040002${sender}${address}${'0'.repeat(20)}`, 'hex')
    const source = parseMac('02:00:00:00:00:99')
    this.client.receive({ etherType: etherTypes.arp, source, payload, isChecksumPending: false })
  }

  #ports(): ClientPorts {
    return {
      transport: { send: (packet) => this.#carry(packet) },
      clock: this.clock,
      random: this.random,
      alarms: this.alarms,
      user: {
        hold: (lease, previous) => {
          this.leases.push(lease)
          this.tell(`${previous === undefined ? 'new' : 'extended'} ${lease.address}`)
        },
        lose: (lease, loss) => this.tell(`lost ${lease.address}: ${loss}`),
        fail: (error) => {
          this.failures.push(error)
          this.tell('failed')
        },
      },
    }
  }

  #carry(packet: SentPacket): void {
    this.packets.push(packet)
    if (packet.etherType === etherTypes.arp) {
      this.tell(`who has ${decodeArp(packet.payload).targetAddress}`)
      return
    }
    const { payload, destination } = decodeUdpPacket(packet.payload, {
      port: 67,
      isChecksumPending: false,
    })
    const message = decodeMessage(payload)
    this.messages.push(message)
    const to = destination.value === 0xffffffffn ? '' : ` to ${destination}`
    this.tell(`${describeMessage(message)}${to}`)
    this.later(delayMs, () => this.#answer(message))
  }

  #answer(message: DhcpMessage): void {
    const answer = this.server.answer(message)
    if (answer !== undefined) this.deliver(answer)
  }
}

/** `DHCPREQUEST of 10.1.2.3 at 10.1.2.1`: the addresses of options 50 and 54, and of `ciaddr`. */
function describeMessage({ options, clientAddress }: DhcpMessage): string {
  const type = `DHCP${findMessageType(options)?.toUpperCase()}`
  const requested = findAddress(options, 50)
  const server = findAddress(options, 54)
  const parts = [
    type,
    requested && `of ${requested}`,
    clientAddress.value !== 0n && `from ${clientAddress}`,
    server && `at ${server}`,
  ]
  return parts.filter((part) => typeof part === 'string').join(' ')
}

/** A client that holds a lease of 120 s: T1 after 60 s, 1.5 s less by chance, T2 after 105 s. */
export function bound(changes: Partial<ClientSettings> = {}): FakeSegment {
  const segment = new FakeSegment(changes).pass(1)
  expect(segment.news().at(-1)).toContain(' new 10.1.2.3/24')
  return segment
}

/** The same with a server that has stopped answering, at some second. */
export function deserted(second: number): FakeSegment {
  const segment = bound()
  segment.server.silence()
  segment.pass(second - 1).news()
  return segment
}
