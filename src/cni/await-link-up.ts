/** Waits until a link carries frames. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Clock } from '#host/host.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link } from '#kernel/link.ts'

/** The kernel works off changes of carriers in the background, mostly within a millisecond. */
const firstPauseMs = 0.5
const longestPauseMs = 20
/** As long as the reference plugin waits. */
const deadlineMs = 2550

interface Target {
  /** What it is, for the message: `bridge port`. */
  readonly role: string
  readonly space: Namespace
  readonly link: Link
  readonly clock: Clock
  /** Whether a link whose driver tells no state will do. */
  readonly mayBeUnknown?: boolean
}

/**
 * Waits until the operational state of a link is `up` (RFC 2863), and returns the link as it is then.
 *
 * @throws CniError with the state that it stayed in for 2.55 s; SystemError, `ENODEV` when it goes
 */
export async function awaitLinkUp(target: Target): Promise<Link> {
  const { role, space, link, clock, mayBeUnknown = false } = target
  const end = clock.monotonicMs() + deadlineMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const fresh = space.link(link.index)
    const { operationalState: state } = fresh
    if (state === 'up' || (mayBeUnknown && state === 'unknown')) return fresh
    const leftMs = end - clock.monotonicMs()
    if (leftMs <= 0) throw notUp(role, fresh, space)
    await clock.sleep(Math.min(pauseMs, leftMs))
  }
}

function notUp(role: string, { name, operationalState }: Link, { path }: Namespace): CniError {
  return new CniError(
    cniErrorCodes.internal,
    `${role} in error state: ${operationalState}`,
    `${name} in ${path} is not up after ${deadlineMs / 1000} s`,
  )
}
