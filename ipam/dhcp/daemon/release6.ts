/** Giving back a lease of DHCPv6 late: servers confirm it (RFC 8415 §18.2.7). */

import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import { Dhcp6Client } from '#ipam/dhcp/v6/client/dhcp6-client.ts'
import { dhcp6Ports } from '#ipam/dhcp/v6/client/packets.ts'
import { type Lease6, momentsOf6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { requireLinkLocal } from './link-local.ts'
import { onlyIaid } from './protocol6.ts'
import type { ReleaseContext, ReleaseMethod } from './release-method.ts'

export function release6({ order }: LeaseRecord, lease: Lease6): ReleaseMethod {
  return {
    port: dhcp6Ports.client,
    address: `${lease.address.address}`,
    expiryAtMs: momentsOf6(lease).expiryAtMs,
    begin: (context) => begin(context, order.duid, lease),
  }
}

function begin(context: ReleaseContext, duid: Uint8Array, lease: Lease6): Dhcp6Client {
  const { site, transport, open, report } = context
  const { clock, random } = site.host
  const nothing = () => {}
  const client = new Dhcp6Client(
    {
      source: requireLinkLocal(open()),
      duid,
      iaid: onlyIaid,
      requested: [],
      rapidCommit: false,
      budgetMs: site.timing.budgetMs,
    },
    // Nothing is said before it is known that nothing but the release is to be.
    { isLinkUp: false, lease, hasBudget: false },
    {
      transport,
      clock,
      random,
      alarms: { start: (ms, ring) => clock.startTimer(ms, ring) },
      user: {
        hold: nothing,
        lose: nothing,
        fail: nothing,
        released: (isConfirmed) => report(isConfirmed ? 'given back' : 'silent'),
      },
    },
  )
  client.release()
  client.setLinkUp(true)
  return client
}
