/** A lease as the answer of an ADD. */

import type { Assignment } from '#cni/add-interface.ts'
import { noDns } from '#cni/result.ts'
import type { AssignmentWishes } from '#ipam/dhcp/lease/assignment.ts'
import { optionCodes6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import { listDnsServers, listSearchDomains6 } from '#ipam/dhcp/v6/message/option-values.ts'
import type { Lease6 } from './lease.ts'

/** Whatever else a server says of a lease is not needed as long as the lease is. */
export const assignedOptions6: readonly number[] = [
  optionCodes6.dnsServers,
  optionCodes6.domainSearch,
]

/**
 * The address and the resolver settings of a lease. Routes and gateways are not DHCPv6's: routers
 * announce them (RFC 4861 §6).
 */
export function assignmentOf6(
  { address, options }: Lease6,
  { addressingOnly }: Pick<AssignmentWishes, 'addressingOnly'>,
): Assignment {
  const nameservers = listDnsServers(options).map(String)
  const dns = { nameservers, search: listSearchDomains6(options), options: [] }
  return { ips: [{ address }], routes: [], dns: addressingOnly ? noDns : dns }
}
