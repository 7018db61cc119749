/** What is told of a lease. */

import type { Clock } from '#host/host.ts'
import { text } from '#schema/fields.ts'
import { fields, optional, type Schema } from '#schema/schema.ts'
import { type Lease, momentsOf } from './lease/lease.ts'
import type { LeaseMoments } from './lease/lease-times.ts'
import type { LeaseOrder } from './record/lease-order.ts'
import type { LeaseRecord } from './record/lease-record.ts'
import { type Lease6, momentsOf6 } from './v6/lease/lease.ts'

export interface LeaseFacts {
  /**
   * What its client does, in the words of RFC 2131 and RFC 8415; `lost` between attempts to get another
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

/** A lease of either family, for whom, and what becomes of it. */
export interface LeaseState {
  readonly state: string
  readonly order: LeaseOrder
  readonly lease?: Lease | undefined
  readonly lease6?: Lease6 | undefined
}

/** The leases of a record, one entry for each family. */
export function statesOfRecord(record: LeaseRecord, state: string): readonly LeaseState[] {
  const { order, lease, lease6 } = record
  return [
    ...(lease === undefined ? [] : [{ state, order, lease }]),
    ...(lease6 === undefined ? [] : [{ state, order, lease6 }]),
  ]
}

export function factsOf(clock: Clock, { state, order, lease, lease6 }: LeaseState): LeaseFacts {
  const { key, netns } = order
  const offsetMs = clock.wallMs() - clock.monotonicMs()
  const held = lease === undefined ? lease6 && parts6Of(lease6) : partsOf(lease)
  const timeOf = (momentMs: number) => new Date(momentMs + offsetMs).toISOString()
  const times = Object.entries(held?.moments ?? {})
    .filter(([, momentMs]) => momentMs < Infinity)
    .map(([name, momentMs]) => [name, timeOf(momentMs)])
  return {
    state,
    ...key,
    netns,
    ...(held && { address: held.address }),
    ...(held?.server !== undefined && { server: held.server }),
    ...Object.fromEntries(times),
  }
}

interface Parts {
  readonly address: string
  readonly server: string | undefined
  readonly moments: Readonly<Record<'renewal' | 'rebinding' | 'expiry', number>> | undefined
}

function partsOf(lease: Lease): Parts {
  const moments = momentsOf(lease)
  return {
    address: `${lease.address}`,
    server: lease.server?.toString(),
    moments: moments && namedMoments(moments),
  }
}

function parts6Of(lease: Lease6): Parts {
  const { address, serverAddress } = lease
  return {
    address: `${address}`,
    server: `${serverAddress}`,
    moments: namedMoments(momentsOf6(lease)),
  }
}

function namedMoments({ renewalAtMs, rebindingAtMs, expiryAtMs }: LeaseMoments) {
  return { renewal: renewalAtMs, rebinding: rebindingAtMs, expiry: expiryAtMs }
}
