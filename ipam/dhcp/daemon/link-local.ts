/** The link-local address that a DHCPv6 client talks from (RFC 8415 §14). */

import { SystemError } from '#base/system-error.ts'
import { changeSetting } from '#cni/settings.ts'
import type { Clock } from '#host/host.ts'
import { type IpAddress, parseIpAddress } from '#ip/address.ts'
import { IpPrefix, prefixContains } from '#ip/prefix.ts'
import type { OpenLink } from './link-access.ts'

/** RFC 4291 §2.5.6. */
const linkLocalNetwork = new IpPrefix(parseIpAddress('fe80::'), 10)
const firstPauseMs = 0.5
const longestPauseMs = 20
/** Duplicate address detection takes a second or two (RFC 4862 §5.4). */
const deadlineMs = 5000

/** The address of a link that may be used, if there is one yet. */
export function findLinkLocal({ space, link }: OpenLink): IpAddress | undefined {
  const found = space
    .listAddresses({ link: link.index, family: 6 })
    .find(
      ({ prefix, isTentative, isDuplicate }) =>
        !isTentative && !isDuplicate && prefixContains(linkLocalNetwork, prefix.address),
    )
  return found?.prefix.address
}

/**
 * Brings a link up so that it has the address at once: it comes from the hardware address, which is the
 * link's alone, and so needs no second in which neighbours may object.
 */
export async function bringUpWithLinkLocal(
  { space, link }: OpenLink,
  bringUp: () => Promise<void>,
): Promise<void> {
  const settings = `net/ipv6/conf/${link.name}`
  if (!changeSetting(space, `${settings}/disable_ipv6`, '0')) throw withoutIpv6({ space, link })
  const detection = `${settings}/dad_transmits`
  const before = space.readSysctl(detection)
  changeSetting(space, detection, '0')
  try {
    await bringUp()
  } finally {
    changeSetting(space, detection, before)
  }
}

/** Waits until the link has the address. @throws SystemError, `EADDRNOTAVAIL` after 5 s */
export async function awaitLinkLocal(open: OpenLink, clock: Clock): Promise<void> {
  const end = clock.monotonicMs() + deadlineMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    if (findLinkLocal(open) !== undefined) return
    if (clock.monotonicMs() >= end) throw noLinkLocal(open)
    await clock.sleep(pauseMs)
  }
}

/** @throws SystemError when there is none */
export function requireLinkLocal(open: OpenLink): IpAddress {
  const found = findLinkLocal(open)
  if (found === undefined) throw noLinkLocal(open)
  return found
}

function noLinkLocal({ space, link }: OpenLink): SystemError {
  return new SystemError({
    operation: 'find link-local address',
    object: `of ${link.name} in ${space.path}`,
    errno: 99,
    code: 'EADDRNOTAVAIL',
    text: 'cannot assign requested address',
    detail: 'DHCPv6 needs one that is known to be unique',
  })
}

function withoutIpv6({ space, link }: OpenLink): SystemError {
  return new SystemError({
    operation: 'use DHCPv6',
    object: `on ${link.name} in ${space.path}`,
    errno: 97,
    code: 'EAFNOSUPPORT',
    text: 'address family not supported by protocol',
    detail: 'this kernel runs without IPv6',
  })
}
