/** The leases of one link, of both versions of DHCP or one of them. */

import { joinAssignments, type LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { Leases } from './kept-record.ts'
import { LeaseLine, type Line, type LineOwner } from './lease-line.ts'
import type { OpenLink } from './link-access.ts'
import { protocol4 } from './protocol4.ts'
import { protocol6 } from './protocol6.ts'

export class LeaseLines {
  /** Absent unless ordered, and so is the other. */
  readonly line4: LeaseLine<Lease> | undefined
  readonly line6: LeaseLine<Lease6> | undefined
  /** Those that were ordered. */
  readonly all: readonly Line[]

  constructor(site: DaemonSite, order: LeaseOrder, owner: LineOwner) {
    const { families } = order
    if (families.includes(4)) this.line4 = new LeaseLine(site, order, protocol4, owner)
    if (families.includes(6)) this.line6 = new LeaseLine(site, order, protocol6, owner)
    this.all = families.flatMap((family) => (family === 4 ? this.line4 : this.line6) ?? [])
  }

  get hasLease(): boolean {
    return this.all.some(({ hasLease }) => hasLease)
  }

  /** Those that are in use. */
  get leases(): Leases {
    return { lease: this.line4?.lease, lease6: this.line6?.lease }
  }

  /** What the leases give to the link, together. */
  get assignment(): LeaseAssignment {
    return joinAssignments(this.all.flatMap(({ assignment }) => assignment ?? []))
  }

  /** Notes leases from before, with which the clients will begin. */
  remember({ lease, lease6 }: Partial<Leases>): void {
    this.line4?.remember(lease)
    this.line6?.remember(lease6)
  }

  start(open: OpenLink): void {
    for (const line of this.all) line.start(open)
  }

  resume(open: OpenLink): void {
    for (const line of this.all) line.resume(open)
  }

  /** Gives all of them back. Returns whether their servers are likely to have heard of it. */
  release(): boolean {
    return this.all.map((line) => line.release()).every((isHeard) => isHeard)
  }

  abandon(): void {
    for (const line of this.all) line.abandon()
  }
}
