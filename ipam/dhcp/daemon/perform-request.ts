/** What a daemon does for a plugin. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { encodeResult } from '#cni/result-versions.ts'
import { currentVersion } from '#cni/version.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { DaemonRequest } from '#ipam/dhcp/protocol.ts'
import { describeKey } from '#ipam/dhcp/record/lease-order.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { LeaseTable } from './lease-table.ts'
import { listLeases } from './list-leases.ts'

/** The result of the answer, if there is one. @throws CniError or SystemError */
export async function performRequest(
  site: DaemonSite,
  table: LeaseTable,
  request: DaemonRequest,
): Promise<unknown> {
  switch (request.verb) {
    case 'allocate':
      return resultOf(await table.allocate(request.order))
    case 'release':
      await table.release(request.key)
      return undefined
    case 'find': {
      const found = await table.find(request.key)
      if (found !== undefined) return resultOf(found)
      const msg = `find DHCP lease of ${describeKey(request.key)}: the daemon has none`
      throw new CniError(cniErrorCodes.internal, msg)
    }
    case 'collect':
      await table.collect(request.network, request.valid)
      return undefined
    case 'list':
      return listLeases(site, table)
    case 'status':
      return undefined
  }
}

function resultOf({ ips, routes, dns }: LeaseAssignment): unknown {
  return JSON.parse(encodeResult({ interfaces: [], ips, routes, dns }, currentVersion))
}
