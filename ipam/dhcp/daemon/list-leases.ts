/** Leases as they are told to people. */

import { factsOf, type LeaseFacts } from '#ipam/dhcp/lease-facts.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { LeaseTable } from './lease-table.ts'

/** All that the daemon keeps, and all that it has still to give back. */
export function listLeases({ host }: DaemonSite, table: LeaseTable): readonly LeaseFacts[] {
  const kept = [...table.keepers].map(({ phase, order, lease }) => ({ state: phase, order, lease }))
  const owed = table.owed.list().map(({ order, lease }) => ({ state: 'owed', order, lease }))
  return [...kept, ...owed].map((each) => factsOf(host.clock, each))
}
