/** Leases that nobody needs any more, and whose servers have not heard of it. */

import { messageOf } from '#base/collect-failures.ts'
import { describeKey, type LeaseKey } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { DaemonSite } from './daemon-site.ts'
import { LateRelease } from './late-release.ts'
import type { ReleaseMethod } from './release-method.ts'
import { release4 } from './release4.ts'
import { release6 } from './release6.ts'

interface Debt {
  readonly record: LeaseRecord
  readonly releases: Set<LateRelease>
}

/** Each is told to its server when that answers again, or ends with its time. */
export class OwedReleases {
  readonly #site: DaemonSite
  readonly #debts = new Map<string, Debt>()

  constructor(site: DaemonSite) {
    this.#site = site
  }

  /** The leases that are still to be given back. */
  list(): readonly LeaseRecord[] {
    return [...this.#debts.values()].map(({ record }) => record)
  }

  /** Notes that leases are owed, and begins with them. On a full disk no daemon after this one knows. */
  async add(given: LeaseRecord): Promise<void> {
    const record = { ...given, isOwed: true }
    const { key } = record.order
    const methods = methodsOf(record)
    if (methods.length === 0) {
      await this.#site.folder.remove(key)
      return
    }
    await this.#write(record)
    this.forget(key)
    const debt: Debt = { record, releases: new Set() }
    this.#debts.set(describeKey(key), debt)
    for (const method of methods) this.#begin(debt, method)
  }

  /** Leaves one to the attachment that is about to have a lease again. */
  forget(key: LeaseKey): void {
    const name = describeKey(key)
    for (const release of this.#debts.get(name)?.releases ?? []) release.end()
    this.#debts.delete(name)
  }

  /** Leaves all of them to the next daemon. */
  end(): void {
    for (const { record } of [...this.#debts.values()]) this.forget(record.order.key)
  }

  #begin(debt: Debt, method: ReleaseMethod): void {
    const { record, releases } = debt
    const release = new LateRelease(this.#site, record, method, (outcome) => {
      releases.delete(release)
      this.#settle(debt, `${method.address}: ${outcome}`)
    })
    releases.add(release)
    this.#log(record, `${method.address} is to be given back when a server is there`)
    release.start()
  }

  #settle({ record, releases }: Debt, text: string): void {
    this.#log(record, text)
    if (releases.size > 0) return
    const { key } = record.order
    this.#debts.delete(describeKey(key))
    this.#site.folder.remove(key).catch((error) => this.#log(record, messageOf(error)))
  }

  async #write(record: LeaseRecord): Promise<void> {
    try {
      await this.#site.folder.write(record)
    } catch (error) {
      this.#log(record, messageOf(error))
    }
  }

  #log({ order }: LeaseRecord, text: string): void {
    this.#site.log(describeKey(order.key), text)
  }
}

function methodsOf(record: LeaseRecord): readonly ReleaseMethod[] {
  const { lease, lease6 } = record
  return [
    ...(lease === undefined ? [] : [release4(record, lease)]),
    ...(lease6 === undefined ? [] : [release6(record, lease6)]),
  ]
}
