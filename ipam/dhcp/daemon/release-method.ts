/** How a server is told of a lease whose link has gone. */

import type { Transport } from '#ipam/dhcp/ports.ts'
import type { ReceivedPacket } from '#kernel/packet-socket.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { OpenLink } from './link-access.ts'

/** What became of an attempt: `silent` when no server has answered. */
export type ReleaseOutcome = 'given back' | 'unknown to its server' | 'expired' | 'silent'

/** What an attempt has of the world. */
export interface ReleaseContext {
  readonly site: DaemonSite
  readonly transport: Transport
  /** The link of the host. @throws SystemError */
  readonly open: () => OpenLink
  /** Called once, perhaps at once. */
  readonly report: (outcome: ReleaseOutcome) => void
}

/** An attempt under way. */
export interface ReleaseAttempt {
  receive(packet: ReceivedPacket): void
  abandon(): void
}

/** For one lease, of either version of DHCP. */
export interface ReleaseMethod {
  /** The UDP port that answers come to. */
  readonly port: number
  /** The address that is to be given back. */
  readonly address: string
  /** When the lease ends by itself; `Infinity` when it does not. */
  readonly expiryAtMs: number
  begin(context: ReleaseContext): ReleaseAttempt
}
