/** A link in a sandbox, as long as there is something to say or to hear there. */

import { isSystemError } from '#base/system-error.ts'
import type { Transport } from '#ipam/dhcp/ports.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import {
  type EtherType,
  etherTypes,
  type PacketSocket,
  type ReceivedPacket,
  type SentPacket,
} from '#kernel/packet-socket.ts'

/** Who talks over a link. */
export interface AccessUser {
  /** Opens the namespace, and finds the link in it. @throws SystemError, see `isGone` */
  open(): OpenLink
  receive(packet: ReceivedPacket): void
  /** Told of packets that could not be sent. */
  notSent(error: unknown): void
}

/** A link that is open. */
export interface OpenLink {
  readonly space: Namespace
  readonly link: Link
}

const noSockets: ReadonlyMap<EtherType, PacketSocket> = new Map()

/**
 * Opens itself to send, and stays open, and listening, until it is closed. Most of its time a lease
 * needs no more than a timer; so a thousand of them take no descriptors, keep no namespace alive whose
 * container has ended, and hear no noise.
 */
export class LinkAccess implements Transport, Disposable {
  readonly #port: number
  readonly #user: AccessUser
  #open: OpenLink | undefined
  #sockets: ReadonlyMap<EtherType, PacketSocket> = noSockets

  /** @param port the UDP port that answers come to */
  constructor(port: number, user: AccessUser) {
    this.#port = port
    this.#user = user
  }

  /** @throws SystemError, see `isGone` */
  open(): OpenLink {
    this.#open ??= this.#user.open()
    return this.#open
  }

  send(packet: SentPacket): void {
    try {
      this.#listen(packet.etherType).send(packet)
    } catch (error) {
      this.#user.notSent(error)
    }
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket[Symbol.dispose]()
    this.#sockets = noSockets
    this.#open?.space[Symbol.dispose]()
    this.#open = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Answers are heard from before the question. */
  #listen(etherType: EtherType): PacketSocket {
    const listening = this.#sockets.get(etherType)
    if (listening !== undefined) return listening
    const { space, link } = this.open()
    const udpPort = etherType === etherTypes.arp ? {} : { udpPort: this.#port }
    const receive = (packet: ReceivedPacket) => this.#user.receive(packet)
    const socket = space.openPacketSocket({ link: link.index, etherType, receive, ...udpPort })
    this.#sockets = new Map([...this.#sockets, [etherType, socket]])
    return socket
  }
}

/** Opens a namespace and looks for a link in it. */
export function openLink(openSpace: () => Namespace, find: (space: Namespace) => Link): OpenLink {
  const space = openSpace()
  try {
    return { space, link: find(space) }
  } catch (error) {
    space[Symbol.dispose]()
    throw error
  }
}

/** Whether an error says that the sandbox, or its link, is not there any more. */
export function isGone(error: unknown): boolean {
  // What was mounted at the path may be unmounted and its file still be there.
  return isSystemError(error, 'ENOENT', 'ENODEV', 'EINVAL', 'ENXIO')
}
