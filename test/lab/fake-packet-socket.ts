/** A packet socket in memory; for unit tests only. */

import type { Namespace } from '#kernel/kernel.ts'
import type {
  PacketSocket,
  PacketSocketRequest,
  ReceivedPacket,
  SentPacket,
} from '#kernel/packet-socket.ts'
import { fakeError } from './fake-errors.ts'

/** Sends nowhere, and hears what a test delivers. */
export class FakePacketSocket implements PacketSocket {
  readonly request: PacketSocketRequest
  readonly sent: SentPacket[] = []
  isDisposed = false
  readonly #space: Namespace

  constructor(space: Namespace, request: PacketSocketRequest) {
    this.#space = space
    this.request = request
  }

  send(packet: SentPacket): void {
    if (this.isDisposed) throw new Error('the packet socket has been closed')
    const link = this.#space.findLink(this.request.link)
    const object = `on link ${this.request.link} in ${this.#space.path}`
    if (link === undefined) throw fakeError('ENXIO', 'send packet', object)
    if (!link.isUp) throw fakeError('ENETDOWN', 'send packet', object)
    this.sent.push(packet)
  }

  /** A packet arrives; nobody hears it when the link is down or gone, or the socket disposed. */
  deliver(packet: ReceivedPacket): void {
    const isHeard = !this.isDisposed && this.#space.findLink(this.request.link)?.isUp
    if (isHeard) this.request.receive(packet)
  }

  [Symbol.dispose](): void {
    this.isDisposed = true
  }
}
