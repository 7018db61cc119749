/** A lease in a line of the log. */

import type { Lease } from '#ipam/dhcp/lease/lease.ts'

/** `lease of 10.1.2.3/24 from 10.1.2.1 for 120 s` */
export function describeLease({ address, server, times }: Lease): string {
  const from = server === undefined ? '' : ` from ${server}`
  const duration = times === undefined ? 'ever' : `${times.leaseMs / 1000} s`
  return `lease of ${address}${from} for ${duration}`
}
