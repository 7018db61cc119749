/** A daemon's leases on a machine in memory, with a DHCP server behind every link. */

import { parseMac } from '#ip/mac.ts'
import type { DaemonSite } from '#ipam/dhcp/daemon/daemon-site.ts'
import { LeaseTable } from '#ipam/dhcp/daemon/lease-table.ts'
import { decodeMessage, encodeMessage } from '#ipam/dhcp/message/message.ts'
import { findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { decodeUdpPacket, encodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { LeaseFolder } from '#ipam/dhcp/record/lease-folder.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import { etherTypes, type PacketSocketRequest, type SentPacket } from '#kernel/packet-socket.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'
import { FakePacketSocket } from '#test/lab/fake-packet-socket.ts'
import { FakeServer } from '#test/unit/ipam/dhcp/fake-server.ts'

export const podPath = '/run/netns/pod'
export const podMac = parseMac('02:00:00:00:00:07')
const serverMac = parseMac('02:00:00:00:00:01')

export class FakeDaemon {
  readonly kernel: FakeKernel = new FakeKernel()
  readonly host: FakeHost = new FakeHost()
  readonly server: FakeServer = new FakeServer()
  readonly pod: FakeNamespace = this.kernel.addNamespace(podPath)
  readonly folder: LeaseFolder = new LeaseFolder(this.host, '/run/cni/dhcp.sock')
  /** What was sent: `pod DHCPDISCOVER`, the host's as `host ...`. */
  readonly sent: string[] = []
  readonly logged: string[] = []
  bootId = 'this boot'
  table: LeaseTable

  constructor() {
    this.kernel.host.addLink({ name: 'eth0', isUp: true, operationalState: 'up', mac: serverMac })
    this.pod.addLink({
      name: 'net1',
      kind: 'macvlan',
      mac: podMac,
      parent: 2,
      parentNamespaceId: 0,
    })
    this.host.files.put(podPath)
    this.host.files.put(`${this.folder.path}/lock`)
    this.#connect(this.pod, 'pod')
    this.#connect(this.kernel.host, 'host')
    this.table = new LeaseTable(this.site())
  }

  order(changes: Partial<LeaseOrder> = {}): LeaseOrder {
    return {
      key: { containerId: 'c1', network: 'net', ifName: 'net1' },
      netns: podPath,
      families: [4],
      duid: Uint8Array.of(0, 4, 1),
      options: { provided: new Map(), requested: [1, 3] },
      conflictProbe: { count: 0, intervalMs: 50 },
      wishes: { addressingOnly: false },
      ...changes,
    }
  }

  /** The next daemon, after this one was killed or has ended. */
  async restart(): Promise<void> {
    this.table = new LeaseTable(this.site())
    await this.table.adopt(await this.folder.readAll())
    await this.table.resume()
  }

  site(): DaemonSite {
    const { kernel, host, folder } = this
    return {
      kernel,
      host,
      folder,
      log: (about, text) => void this.logged.push(`${about}: ${text}`),
      bootId: this.bootId,
      hostPrefix: '',
      wantsBroadcast: false,
      timing: { firstWaitMs: 4000, longestWaitMs: 64_000, budgetMs: 20_000 },
      openHostNamespace: () => kernel.currentNamespace(),
    }
  }

  /** What was sent since the last time. */
  news(): readonly string[] {
    return this.sent.splice(0)
  }

  /** Lets time pass until something was sent. */
  async untilSent(what: string): Promise<void> {
    for (let turns = 0; !this.sent.includes(what) && turns < 100; turns++) {
      await new Promise((resolve) => setImmediate(resolve))
      await this.host.clock.advance(1)
    }
  }

  /** Waits as long as that takes on the fake clock, until something is settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isSettled = false
    const settled = work.finally(() => {
      isSettled = true
    })
    settled.catch(() => {})
    for (let turns = 0; !isSettled && turns < 2000; turns++) await this.host.clock.advance(20)
    return await settled
  }

  #connect(space: FakeNamespace, name: string): void {
    space.openPacketSocket = (request) => {
      const socket = new FakePacketSocket(space, request)
      const send = socket.send.bind(socket)
      socket.send = (packet) => {
        send(packet)
        this.#carry(packet, name, (answer) => socket.deliver(answer))
      }
      return socket
    }
  }

  #carry(packet: SentPacket, from: string, deliver: PacketSocketRequest['receive']): void {
    if (packet.etherType !== etherTypes.ipv4) return
    const { payload } = decodeUdpPacket(packet.payload, { port: 67, isChecksumPending: false })
    const message = decodeMessage(payload)
    this.sent.push(`${from} DHCP${findMessageType(message.options)?.toUpperCase()}`)
    const answer = this.server.answer(message)
    if (answer === undefined) return
    const bytes = encodeUdpPacket({
      source: this.server.address,
      sourcePort: 67,
      destination: answer.yourAddress,
      destinationPort: 68,
      payload: encodeMessage(answer),
    })
    const common = { source: serverMac, isChecksumPending: false } as const
    this.host.clock.startTimer(1, () =>
      deliver({ etherType: etherTypes.ipv4, payload: bytes, ...common }),
    )
  }
}
