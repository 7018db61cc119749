/** Leases as they are told to people. */

import {
  factsOf,
  type LeaseFacts,
  type LeaseState,
  statesOfRecord,
} from '#ipam/dhcp/lease-facts.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import type { Line } from './lease-line.ts'
import type { LeaseTable } from './lease-table.ts'

/** All that the daemon keeps, one entry for each family, and all that it has still to give back. */
export function listLeases({ host }: DaemonSite, table: LeaseTable): readonly LeaseFacts[] {
  const kept = [...table.keepers].flatMap(statesOf)
  const owed = table.owed.list().flatMap((record) => statesOfRecord(record, 'owed'))
  return [...kept, ...owed].map((each) => factsOf(host.clock, each))
}

function statesOf({ order, isLost, lines }: LeaseKeeper): readonly LeaseState[] {
  const { line4, line6 } = lines
  const stateOf = (line: Line | undefined) => (isLost || line === undefined ? 'lost' : line.phase)
  return order.families.map((family) =>
    family === 4
      ? { state: stateOf(line4), order, lease: line4?.lease }
      : { state: stateOf(line6), order, lease6: line6?.lease },
  )
}
