/** What is told of a lease. */

import type { Clock } from '#host/host.ts'
import { text } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'
import { type Lease, momentsOf } from './lease/lease.ts'
import type { LeaseOrder } from './record/lease-order.ts'

export interface LeaseFacts {
  /**
   * What its client does, in the words of RFC 2131 figure 5; `lost` between attempts to get another
   * address, `owed` while its server is to be told that it is given back, `unattended` without a daemon.
   */
  readonly state: string
  readonly containerId: string
  readonly network: string
  readonly ifName: string
  /** The path of the sandbox. */
  readonly netns: string
  /** With the length of its network's prefix. */
  readonly address?: string
  readonly server?: string
  /** T1, in the form of RFC 3339. A lease without end has no times. */
  readonly renewal?: string
  /** T2 */
  readonly rebinding?: string
  readonly expiry?: string
}

/** The schema of what came over a socket. */
export const leaseFacts: Schema<LeaseFacts> = fields({
  state: text(),
  containerId: text(),
  network: text(),
  ifName: text(),
  netns: text(),
  address: optional(text()),
  server: optional(text()),
  renewal: optional(text()),
  rebinding: optional(text()),
  expiry: optional(text()),
})

/** A lease, for whom, and what becomes of it. */
export interface LeaseState {
  readonly state: string
  readonly order: LeaseOrder
  readonly lease?: Lease | undefined
}

export function factsOf(clock: Clock, { state, order, lease }: LeaseState): LeaseFacts {
  const { key, netns } = order
  const moments = lease && momentsOf(lease)
  const offsetMs = clock.wallMs() - clock.monotonicMs()
  const timeOf = (momentMs: number) => new Date(momentMs + offsetMs).toISOString()
  return {
    state,
    ...key,
    netns,
    ...(lease && { address: `${lease.address}` }),
    ...(lease?.server && { server: `${lease.server}` }),
    ...(moments && {
      renewal: timeOf(moments.renewalAtMs),
      rebinding: timeOf(moments.rebindingAtMs),
      expiry: timeOf(moments.expiryAtMs),
    }),
  }
}
