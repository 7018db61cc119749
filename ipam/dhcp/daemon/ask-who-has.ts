/** Asks a link whether a machine is there. */

import type { IpAddress } from '#ip/address.ts'
import type { Mac } from '#ip/mac.ts'
import { decodeArp, encodeArpProbe } from '#ipam/dhcp/packet/arp.ts'
import { PacketError } from '#ipam/dhcp/packet/packet-error.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { etherTypes, type ReceivedPacket } from '#kernel/packet-socket.ts'
import type { DaemonSite } from './daemon-site.ts'

/** Neighbours on a wire answer within a millisecond. */
const answerMs = 1000

/** Whom to look for, and where. */
export interface Question {
  readonly host: Namespace
  readonly link: Link
  readonly address: IpAddress
}

/** The hardware address of the machine that has an IPv4 address, if it answers within a second. */
export async function askWhoHas(
  { host: { clock } }: DaemonSite,
  { host, link, address }: Question,
): Promise<Mac | undefined> {
  const { mac, index } = link
  if (mac === undefined) return undefined
  return await new Promise<Mac | undefined>((resolve, reject) => {
    const end = (answer: Mac | undefined) => {
      timer[Symbol.dispose]()
      socket[Symbol.dispose]()
      resolve(answer)
    }
    const receive = (packet: ReceivedPacket) => {
      const answer = answerIn(packet, address)
      if (answer !== undefined) end(answer)
    }
    const socket = host.openPacketSocket({ link: index, etherType: etherTypes.arp, receive })
    const timer = clock.startTimer(answerMs, () => end(undefined))
    try {
      socket.send({ etherType: etherTypes.arp, payload: encodeArpProbe({ mac, address }) })
    } catch (error) {
      reject(error)
      end(undefined)
    }
  })
}

function answerIn({ payload }: ReceivedPacket, address: IpAddress): Mac | undefined {
  try {
    const { operation, senderAddress, senderMac } = decodeArp(payload)
    return operation === 'reply' && senderAddress.equals(address) ? senderMac : undefined
  } catch (error) {
    if (error instanceof PacketError) return undefined
    throw error
  }
}
