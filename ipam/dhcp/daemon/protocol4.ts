/** DHCPv4 for the daemon. */

import { DhcpClient } from '#ipam/dhcp/client/dhcp-client.ts'
import { dhcpPorts } from '#ipam/dhcp/client/packets.ts'
import { assignmentOf } from '#ipam/dhcp/lease/assignment.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import { clientSettings } from './client-settings.ts'
import type { LeaseProtocol } from './lease-protocol.ts'

export const protocol4: LeaseProtocol<Lease> = {
  port: dhcpPorts.client,
  start: ({ site, order, open, beginning, ports }) =>
    new DhcpClient(clientSettings(site, order, open.link), { isLinkUp: true, ...beginning }, ports),
  assignmentOf: (lease, { wishes }) => assignmentOf(lease, wishes),
  describe: ({ address, server, times }) => {
    const from = server === undefined ? '' : ` from ${server}`
    return `lease of ${address}${from} for ${times ? `${times.leaseMs / 1000} s` : 'ever'}`
  },
}
