/** Telling neighbours which hardware address the addresses of a new link are at. */

import { isSystemError } from '#base/system-error.ts'
import type { IpAddress, IpFamily } from '#ip/address.ts'
import { wholeNumber } from '#schema/fields.ts'
import { fields, type Schema, withDefault } from '#schema/schema.ts'
import type { Target } from './configure-interface.ts'
import { changeSetting } from './settings.ts'

/** What the key `announce` of a plugin's configuration says. */
export interface Announcements {
  /** How often each address is announced; 0 for not at all. */
  readonly count: number
  /** From one announcement of an address to its next. */
  readonly intervalMs: number
}

/** Once, because every further announcement holds the ADD up for an interval. */
const defaults: Announcements = { count: 1, intervalMs: 100 }
const mostAnnouncements = 10
/** `ANNOUNCE_INTERVAL` of RFC 5227 §1.1. */
const longestIntervalMs = 2000

/** The schema of the key `announce`. */
export const announceKey: Schema<Announcements> = withDefault(
  fields({
    count: withDefault(wholeNumber(0, mostAnnouncements), defaults.count),
    intervalMs: withDefault(wholeNumber(0, longestIntervalMs), defaults.intervalMs),
  }),
  defaults,
)

/** What a type says whose links have no neighbours to tell. */
export const silence: Announcements = { count: 0, intervalMs: 0 }

const settings = { 4: 'arp_notify', 6: 'ndisc_notify' } as const

/**
 * Has the kernel announce the addresses of some families whenever the link comes up or is given a
 * hardware address. Returns the families it will announce: a setting may be read-only, or out of
 * reach.
 *
 * @throws SystemError
 */
export function haveKernelAnnounce(target: Target, families: readonly IpFamily[]): IpFamily[] {
  return families.filter((family) => {
    const setting = `net/ipv${family}/conf/${target.link.name}/${settings[family]}`
    return changeSetting(target.sandbox, setting, '1')
  })
}

/** What to announce. */
export interface Announcing extends Announcements {
  readonly addresses: readonly IpAddress[]
  /** Families that the kernel announces. */
  readonly kernelFamilies: readonly IpFamily[]
  /** Whether the kernel has done so once, and neighbours could hear it. */
  readonly isHeard: boolean
  /** Whether the kernel does so again when the link is given the hardware address that it has. */
  readonly kernelRepeats: boolean
}

/**
 * Sends gratuitous ARP requests (RFC 5227 §3) and unsolicited neighbour advertisements (RFC 4861
 * §7.2.6): `arping -U`, `ndsend`. An IPv6 address is not announced before it is known to be unique
 * (RFC 4862 §5.4), which the kernel sees to by itself.
 *
 * @throws SystemError naming the link or the address
 */
export async function announceAddresses(target: Target, announcing: Announcing): Promise<void> {
  const { count, intervalMs, addresses, kernelFamilies, isHeard } = announcing
  const ours = addresses.filter(({ family }) => !kernelFamilies.includes(family))
  const hasKernels = ours.length < addresses.length
  let { kernelRepeats } = announcing
  for (let round = 1; round <= count; round += 1) {
    if (round > 1) await target.clock.sleep(intervalMs)
    const isKernelDone = round === 1 && isHeard
    if (hasKernels && kernelRepeats && !isKernelDone) kernelRepeats = haveKernelRepeat(target)
    await sendAnnouncements(target, isKernelDone || kernelRepeats ? ours : addresses)
  }
}

async function sendAnnouncements(target: Target, addresses: readonly IpAddress[]): Promise<void> {
  if (addresses.some(({ family }) => family === 6)) {
    const { settleAddresses } = await import('./settle-addresses.ts')
    await settleAddresses(target)
  }
  for (const address of addresses) target.sandbox.announceAddress(target.link.index, address)
}

/**
 * `ip link set LINK address MAC` with the one it has; returns whether the device took it: hardware
 * may refuse while it is up (eth_prepare_mac_addr_change), and some functions always do. Sending the
 * frames ourselves would take a packet socket, and closing that waits for a grace period of the
 * kernel (packet_release): some 10 ms.
 */
function haveKernelRepeat({ sandbox, link: { index, mac } }: Target): boolean {
  try {
    if (mac !== undefined) sandbox.changeLink(index, { mac })
    return true
  } catch (error) {
    if (isSystemError(error, 'EBUSY', 'EPERM', 'EOPNOTSUPP', 'EADDRNOTAVAIL')) return false
    throw error
  }
}
