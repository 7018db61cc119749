/** DHCPv6 for the daemon. */

import { Dhcp6Client } from '#ipam/dhcp/v6/client/dhcp6-client.ts'
import { dhcp6Ports } from '#ipam/dhcp/v6/client/packets.ts'
import { defaultRequested6 } from '#ipam/dhcp/v6/client/settings.ts'
import { assignmentOf6 } from '#ipam/dhcp/v6/lease/assignment.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import type { LeaseProtocol } from './lease-protocol.ts'
import { requireLinkLocal } from './link-local.ts'

/** Each attachment has a DUID of its own. */
export const onlyIaid = 1

export const protocol6: LeaseProtocol<Lease6> = {
  port: dhcp6Ports.client,
  start: ({ site, order, open, beginning, ports }) => {
    const settings = {
      source: requireLinkLocal(open),
      duid: order.duid,
      iaid: onlyIaid,
      requested: order.wishes.addressingOnly ? [] : defaultRequested6,
      rapidCommit: true,
      budgetMs: site.timing.budgetMs,
    }
    return new Dhcp6Client(settings, { isLinkUp: true, ...beginning }, ports)
  },
  assignmentOf: (lease, { wishes }) => assignmentOf6(lease, wishes),
  describe: ({ address, serverAddress, times: { validMs } }) =>
    `lease of ${address} from ${serverAddress} for ${validMs ? `${validMs / 1000} s` : 'ever'}`,
}
