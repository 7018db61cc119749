/** Leases that nobody needs any more, and whose servers have not heard of it. */

import { messageOf } from '#base/collect-failures.ts'
import { describeKey, type LeaseKey } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { DaemonSite } from './daemon-site.ts'
import { LateRelease } from './late-release.ts'

/** Each is told to its server when that answers again, or ends with its time. */
export class OwedReleases {
  readonly #site: DaemonSite
  readonly #releases = new Map<string, LateRelease>()

  constructor(site: DaemonSite) {
    this.#site = site
  }

  /** The leases that are still to be given back. */
  list(): readonly LeaseRecord[] {
    return [...this.#releases.values()].map(({ record }) => record)
  }

  /** Notes that a lease is owed, and begins with it. On a full disk no daemon after this one knows. */
  async add(given: LeaseRecord): Promise<void> {
    const record = { ...given, isOwed: true }
    const { key } = record.order
    const { lease } = record
    if (lease === undefined) {
      await this.#site.folder.remove(key)
      return
    }
    await this.#write(record)
    this.forget(key)
    const release = new LateRelease(this.#site, { record, lease }, (outcome) =>
      this.#settle(release, outcome),
    )
    this.#releases.set(describeKey(key), release)
    this.#log(release, `${lease.address.address} is to be given back when a server is there`)
    release.start()
  }

  /** Leaves one to the attachment that is about to have a lease again. */
  forget(key: LeaseKey): void {
    const name = describeKey(key)
    this.#releases.get(name)?.end()
    this.#releases.delete(name)
  }

  /** Leaves all of them to the next daemon. */
  end(): void {
    for (const release of this.#releases.values()) release.end()
  }

  async #write(record: LeaseRecord): Promise<void> {
    try {
      await this.#site.folder.write(record)
    } catch (error) {
      this.#site.log(describeKey(record.order.key), messageOf(error))
    }
  }

  #settle(release: LateRelease, outcome: string): void {
    this.#log(release, outcome)
    const { key } = release.record.order
    this.forget(key)
    this.#site.folder.remove(key).catch((error) => this.#log(release, messageOf(error)))
  }

  #log({ record }: LateRelease, text: string): void {
    this.#site.log(describeKey(record.order.key), text)
  }
}
