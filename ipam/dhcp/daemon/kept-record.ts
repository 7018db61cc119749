/** What the disk is told of the leases of one link. */

import type { Lease } from '#ipam/dhcp/lease/lease.ts'
import type { LeaseOrder } from '#ipam/dhcp/record/lease-order.ts'
import type { LeasePlace, LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import type { DaemonSite } from './daemon-site.ts'
import type { LeasedLink } from './leased-link.ts'
import { isGone } from './link-access.ts'
import { findPlace, isSamePlace } from './place.ts'

/** Those that are in use. */
export interface Leases {
  readonly lease: Lease | undefined
  readonly lease6: Lease6 | undefined
}

export class KeptRecord {
  /** Where the link is, once that is known. */
  place: LeasePlace | undefined
  readonly #site: DaemonSite
  readonly #order: LeaseOrder
  readonly #link: LeasedLink

  constructor(site: DaemonSite, order: LeaseOrder, link: LeasedLink) {
    this.#site = site
    this.#order = order
    this.#link = link
  }

  /** Notes where the link is. @throws SystemError */
  async locate(): Promise<void> {
    this.place = await findPlace(this.#site, this.#link.path, this.#link.find())
  }

  /** Whether the link is still there. @throws SystemError */
  async isInPlace(): Promise<boolean> {
    if (this.place === undefined) return false
    try {
      const isThere = await isSamePlace(this.#site, this.#link.path, this.place)
      return isThere && this.#link.find().mac !== undefined
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  /** All that is known; nothing before the link is located. */
  of({ lease, lease6 }: Leases): LeaseRecord | undefined {
    const { place } = this
    if (place === undefined) return undefined
    const { bootId } = this.#site
    const leases = { ...(lease && { lease }), ...(lease6 && { lease6 }) }
    return { bootId, order: this.#order, place, isOwed: false, ...leases }
  }

  /** @throws SystemError */
  async write(leases: Leases): Promise<void> {
    const record = this.of(leases)
    if (record !== undefined) await this.#site.folder.write(record)
  }
}
