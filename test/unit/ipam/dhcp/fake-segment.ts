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

interface Timer {
  readonly owner: 'client' | 'server'
  readonly atMs: number
  readonly ring: () => void
}

export class FakeSegment {
  /** All that was sent and all that became of leases: `4 DHCPDISCOVER`; the number is seconds. */
  readonly story: string[] = []
  /** The messages that were sent. */
  readonly messages: DhcpMessage[] = []
  readonly packets: SentPacket[] = []
  readonly leases: Lease[] = []
  readonly failures: CniError[] = []
  readonly server: FakeServer = new FakeServer()
  readonly client: DhcpClient
  /** The first byte of what is random: 0x80 is the middle. */
  chance = 0x80
  nowMs = 0
  readonly #timers = new Set<Timer>()
  #randoms = 0

  constructor(changes: Partial<ClientSettings> = {}, beginning: Partial<Beginning> = {}) {
    const complete = { isLinkUp: true, hasBudget: true, ...beginning }
    this.client = new DhcpClient({ ...settings, ...changes }, complete, this.#ports())
  }

  /** What has happened since the last time. */
  news(): readonly string[] {
    return this.story.splice(0)
  }

  /** Lets time pass, in which everything happens that is due. */
  pass(seconds: number): this {
    const untilMs = this.nowMs + seconds * 1000
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.ring()
    }
    this.nowMs = untilMs
    return this
  }

  /** Whether the client waits for a moment. */
  get hasAlarm(): boolean {
    return [...this.#timers].some(({ owner }) => owner === 'client')
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

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs)
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }

  #ports(): ClientPorts {
    return {
      transport: { send: (packet) => this.#carry(packet) },
      clock: { monotonicMs: () => this.nowMs },
      random: {
        bytes: (count) => {
          this.#randoms += 1
          return Uint8Array.from({ length: count }, (_, index) =>
            index === 0 ? this.chance : index === count - 1 ? this.#randoms & 255 : 0,
          )
        },
      },
      alarms: { start: (ms, ring) => this.#start(ms, ring) },
      user: {
        hold: (lease, previous) => {
          this.leases.push(lease)
          this.#tell(`${previous === undefined ? 'new' : 'extended'} ${lease.address}`)
        },
        lose: (lease, loss) => this.#tell(`lost ${lease.address}: ${loss}`),
        fail: (error) => {
          this.failures.push(error)
          this.#tell('failed')
        },
      },
    }
  }

  #start(ms: number, ring: () => void): Disposable {
    // Timers of Node.js take no more.
    expect(ms).toBeLessThan(2 ** 31)
    const timer: Timer = { owner: 'client', atMs: this.nowMs + ms, ring }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => this.#timers.delete(timer) }
  }

  #carry(packet: SentPacket): void {
    this.packets.push(packet)
    if (packet.etherType === etherTypes.arp) {
      this.#tell(`who has ${decodeArp(packet.payload).targetAddress}`)
      return
    }
    const { payload, destination } = decodeUdpPacket(packet.payload, {
      port: 67,
      isChecksumPending: false,
    })
    const message = decodeMessage(payload)
    this.messages.push(message)
    const to = destination.value === 0xffffffffn ? '' : ` to ${destination}`
    this.#tell(`${describeMessage(message)}${to}`)
    this.#timers.add({
      owner: 'server',
      atMs: this.nowMs + delayMs,
      ring: () => this.#answer(message),
    })
  }

  #answer(message: DhcpMessage): void {
    const answer = this.server.answer(message)
    if (answer !== undefined) this.deliver(answer)
  }

  #tell(what: string): void {
    this.story.push(`${Math.round(this.nowMs / 100) / 10} ${what}`)
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
