/** Waits until the kernel knows that nobody else on the link has its IPv6 addresses. */

import { SystemError } from '#base/system-error.ts'
import type { Clock } from '#host/host.ts'
import type { Address } from '#kernel/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/** Without detection an address is settled as soon as the link has a carrier, in a millisecond. */
const firstPauseMs = 0.5
const longestPauseMs = 20
const deadlineMs = 5000

interface Target {
  readonly sandbox: Namespace
  readonly link: Link
  readonly clock: Clock
}

/**
 * Waits for duplicate address detection (RFC 4862 §5.4) on every IPv6 address of the link.
 *
 * Without a carrier the link cannot ask its neighbours. Hardware may get one within the time; a
 * virtual link has that of another link or of a program, and nobody waits for those.
 *
 * @throws SystemError, `EADDRINUSE` when another host has an address, `ETIMEDOUT` after 5 s
 */
export async function settleAddresses(target: Target): Promise<void> {
  const { clock, sandbox, link } = target
  const end = clock.monotonicMs() + deadlineMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const pending = tentativeAddresses(target)
    if (pending.length === 0) return
    const { hasCarrier, kind } = sandbox.link(link.index)
    const leftMs = end - clock.monotonicMs()
    if (!hasCarrier && (leftMs <= 0 || kind !== undefined)) return
    if (leftMs <= 0) throw notSettled(link, pending)
    await clock.sleep(Math.min(pauseMs, leftMs))
  }
}

function tentativeAddresses({ sandbox, link }: Target): Address[] {
  const addresses = sandbox.listAddresses({ link: link.index, family: 6 })
  const duplicate = addresses.find((address) => address.isDuplicate)
  if (duplicate !== undefined) throw duplicateFound(link, duplicate)
  return addresses.filter((address) => address.isTentative)
}

function duplicateFound(link: Link, { prefix }: Address): SystemError {
  return new SystemError({
    operation: 'settle address',
    object: `${prefix} on ${link.name}`,
    errno: 98,
    code: 'EADDRINUSE',
    text: 'address already in use',
    detail: 'another host answered duplicate address detection (RFC 4862 §5.4)',
  })
}

function notSettled(link: Link, pending: readonly Address[]): SystemError {
  return new SystemError({
    operation: 'settle address',
    object: `${pending.map(({ prefix }) => prefix).join(', ')} on ${link.name}`,
    errno: 110,
    code: 'ETIMEDOUT',
    text: 'connection timed out',
    detail: `duplicate address detection has not finished after ${deadlineMs / 1000} s`,
  })
}
