/** What a lease does to its link. */

import { isSystemError } from '#base/system-error.ts'
import { awaitLinkUp } from '#cni/await-link-up.ts'
import type { Clock } from '#host/host.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import type { LeaseAssignment } from '#ipam/dhcp/lease/assignment.ts'
import type { Kernel } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'
import { changeAssignment, isSameAddressing } from './change-assignment.ts'
import { isGone, type OpenLink, openLink } from './link-access.ts'
import { awaitLinkLocal, bringUpWithLinkLocal } from './link-local.ts'

/** Which link. */
export interface LinkPath {
  readonly kernel: Kernel
  /** The path of the namespace, as this process sees it. */
  readonly path: string
  readonly ifName: string
}

export class LeasedLink {
  readonly #path: LinkPath
  readonly #clock: Clock
  #assignment: LeaseAssignment | undefined
  #wasDown = false

  constructor(path: LinkPath, clock: Clock) {
    this.#path = path
    this.#clock = clock
  }

  /** The path of its namespace, as this process sees it. */
  get path(): string {
    return this.#path.path
  }

  /** What it has of the lease. */
  get assignment(): LeaseAssignment | undefined {
    return this.#assignment
  }

  /** The link, and its namespace, which the caller disposes. @throws SystemError */
  open(): OpenLink {
    const { kernel, path, ifName } = this.#path
    return openLink(
      () => kernel.openNamespace(path),
      (space) => space.link(ifName),
    )
  }

  /** @throws SystemError */
  find(): Link {
    const { space, link } = this.open()
    space[Symbol.dispose]()
    return link
  }

  /** Does something with the link that takes no time. @throws SystemError */
  using(work: (open: OpenLink) => void): void {
    const open = this.open()
    using _ = open.space
    work(open)
  }

  /** Brings it up, and waits until packets can pass: what is sent before is lost. */
  async bringUp(wantsIpv6: boolean): Promise<void> {
    await this.#with(async (open) => {
      this.#wasDown = !open.link.isUp
      const bringUp = () => this.#bringUp(open)
      if (wantsIpv6) await bringUpWithLinkLocal(open, bringUp)
      else await bringUp()
      if (wantsIpv6) await awaitLinkLocal(open, this.#clock)
    })
  }

  async #bringUp({ space, link }: OpenLink): Promise<void> {
    if (this.#wasDown) space.changeLink(link.index, { isUp: true })
    try {
      await awaitLinkUp({ role: 'link', space, link, clock: this.#clock, mayBeUnknown: true })
    } catch (error) {
      // Without a carrier there is no answer either, and that is said then.
      if (isSystemError(error)) throw error
    }
  }

  /** Undoes `bringUp` after a failure; a link that has gone needs nothing. @throws SystemError */
  async restore(): Promise<void> {
    if (!this.#wasDown) return
    try {
      await this.bringDown()
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  /** Packets with an address that is not the container's any more must not leave. */
  async bringDown(): Promise<void> {
    await this.#with(async ({ space, link }) => space.changeLink(link.index, { isUp: false }))
  }

  /** Whether the kernel has found another host with an address (RFC 4862 §5.4). */
  hasDuplicate({ address }: IpPrefix): boolean {
    const { space, link } = this.open()
    using _ = space
    const found = space.listAddresses({ link: link.index, family: address.family })
    return found.some(({ prefix, isDuplicate }) => isDuplicate && prefix.address.equals(address))
  }

  /** Notes what the plugin that made the link puts on it, and does what that plugin is not told of. */
  async adopt(assignment: LeaseAssignment): Promise<void> {
    this.#assignment = assignment
    await this.#with(async (open) => limitMtu(open, assignment))
  }

  /** Has the link have another assignment than before, or none. */
  async change(to: LeaseAssignment | undefined): Promise<void> {
    const from = this.#assignment
    // Nearly always, when a lease is extended.
    const isSame = to?.mtu === from?.mtu && isSameAddressing(from, to)
    if (!isSame) {
      await this.#with(async (open) => {
        if (to !== undefined) limitMtu(open, to)
        await changeAssignment(open, { from, to })
      })
    }
    this.#assignment = to
  }

  async #with<T>(work: (open: OpenLink) => Promise<T>): Promise<T> {
    const open = this.open()
    using _ = open.space
    return await work(open)
  }
}

/** A server may know that less passes than the link believes; more than the link takes never does. */
function limitMtu({ space, link }: OpenLink, { mtu }: LeaseAssignment): void {
  if (mtu !== undefined && mtu < link.mtu) space.changeLink(link.index, { mtu })
}
