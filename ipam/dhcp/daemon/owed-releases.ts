/**
 * Leases that nobody needs any more, and whose servers have not heard of it: they were silent when the
 * container went, or there was no daemon, or no link. They are told over the link of the host that the
 * container's was built on.
 */

import { messageOf } from '#base/collect-failures.ts'
import { prefixContains } from '#ip/prefix.ts'
import { dhcpPorts, messagePacket } from '#ipam/dhcp/client/packets.ts'
import { release, servedAddress } from '#ipam/dhcp/client/requests.ts'
import { randomUint32 } from '#ipam/dhcp/client/waits.ts'
import { type Lease, momentsOf } from '#ipam/dhcp/lease/lease.ts'
import { describeKey, type LeaseKey } from '#ipam/dhcp/record/lease-order.ts'
import type { LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import { etherTypes } from '#kernel/packet-socket.ts'
import { askWhoHas } from './ask-who-has.ts'
import { clientSettings } from './client-settings.ts'
import type { DaemonSite } from './daemon-site.ts'
import { findWayOut } from './lower-link.ts'

const firstPauseMs = 1000
const longestPauseMs = 30_000
/** Of a lease without end. */
const longestMs = 86_400_000
/** A server behind a router cannot be asked whether it is there. */
const blindReleases = 5

/** A lease that is still to be given back. */
interface Debt {
  readonly record: LeaseRecord
  readonly lease: Lease
  readonly endMs: number
  attempts: number
  timer: Disposable | undefined
}

export class OwedReleases {
  readonly #site: DaemonSite
  readonly #debts = new Map<string, Debt>()
  #isEnded = false

  constructor(site: DaemonSite) {
    this.#site = site
  }

  /** The leases that are still to be given back. */
  list(): readonly LeaseRecord[] {
    return [...this.#debts.values()].map(({ record }) => record)
  }

  /** Notes a debt on disk, and begins to pay it. @throws SystemError when the disk takes nothing */
  async add(given: LeaseRecord): Promise<void> {
    const { lease } = given
    const record = { ...given, isOwed: true }
    const { folder, host } = this.#site
    if (lease === undefined) return await folder.remove(record.order.key)
    await folder.write(record)
    const nowMs = host.clock.monotonicMs()
    const endMs = momentsOf(lease)?.expiryAtMs ?? nowMs + longestMs
    const debt: Debt = { record, lease, endMs, attempts: 0, timer: undefined }
    this.#debts.set(describeKey(record.order.key), debt)
    this.#log(debt, `${lease.address.address} is to be given back when the server is there`)
    this.#tryIn(0, debt)
  }

  /** Forgets the debt of an attachment that is about to have a lease again. */
  forget(key: LeaseKey): void {
    const name = describeKey(key)
    this.#debts.get(name)?.timer?.[Symbol.dispose]()
    this.#debts.delete(name)
  }

  /** Leaves what is owed to the next daemon. */
  end(): void {
    this.#isEnded = true
    for (const { timer } of this.#debts.values()) timer?.[Symbol.dispose]()
  }

  #tryIn(ms: number, debt: Debt): void {
    debt.timer = this.#site.host.clock.startTimer(ms, () => {
      debt.timer = undefined
      this.#try(debt).catch((error) => this.#log(debt, messageOf(error)))
    })
  }

  async #try(debt: Debt): Promise<void> {
    const isPaid = await this.#pay(debt)
    if (this.#isEnded || !this.#isCurrent(debt)) return
    const isLate = this.#site.host.clock.monotonicMs() >= debt.endMs
    if (isPaid || isLate) return await this.#settle(debt, isPaid)
    debt.attempts += 1
    this.#tryIn(Math.min(firstPauseMs * 2 ** debt.attempts, longestPauseMs), debt)
  }

  /** Whether a server can be believed to have heard it. */
  async #pay(debt: Debt): Promise<boolean> {
    try {
      return await this.#tell(debt)
    } catch (error) {
      this.#log(debt, messageOf(error))
      return false
    }
  }

  async #tell(debt: Debt): Promise<boolean> {
    const { record, lease, attempts } = debt
    using host = this.#site.openHostNamespace()
    const link = findWayOut(host, record.place)
    if (link === undefined) return false
    const { server } = lease
    const isNear = server !== undefined && prefixContains(lease.address, server)
    const serverMac = isNear
      ? await askWhoHas(this.#site, { host, link, address: server })
      : undefined
    if (this.#isEnded || !this.#isCurrent(debt) || (isNear && serverMac === undefined)) return false
    const { mac } = record.place
    const settings = clientSettings(this.#site, record.order, { mac, mtu: link.mtu })
    const served = servedAddress({ ...lease, ...(serverMac && { serverMac }) })
    const sending = release(settings, randomUint32(this.#site.host.random), served)
    using socket = host.openPacketSocket({
      link: link.index,
      etherType: etherTypes.ipv4,
      udpPort: dhcpPorts.client,
      receive: () => {},
    })
    socket.send(messagePacket(sending))
    return isNear || attempts + 1 >= blindReleases
  }

  async #settle(debt: Debt, isPaid: boolean): Promise<void> {
    const { key } = debt.record.order
    this.#log(debt, isPaid ? 'given back' : 'it has expired without being given back')
    this.forget(key)
    await this.#site.folder.remove(key)
  }

  #isCurrent(debt: Debt): boolean {
    return this.#debts.get(describeKey(debt.record.order.key)) === debt
  }

  #log({ record }: Debt, text: string): void {
    this.#site.log(describeKey(record.order.key), text)
  }
}
