/** How long a client waits before it sends again, RFC 8415 sections 7.6 and 15. */

import type { Random } from '#host/host.ts'
import { randomFraction } from '#ipam/dhcp/chance.ts'

/** How a message is sent again and again. */
export interface Pace {
  /** IRT */
  readonly firstWaitMs: number
  /** MRT */
  readonly longestWaitMs: number
  /** MRC: how often it is sent in all. */
  readonly mostSends: number
  /** Whether the first wait may not be shorter than `firstWaitMs`, however chance has it. */
  readonly isPatient?: true
}

/** What is sent again and again. */
export type Paced = 'solicit' | 'request' | 'confirm' | 'renew' | 'rebind' | 'release' | 'decline'

const extensionPace: Pace = { firstWaitMs: 10_000, longestWaitMs: 600_000, mostSends: Infinity }
const farewellPace: Pace = { firstWaitMs: 1_000, longestWaitMs: Infinity, mostSends: 4 }

/**
 * By what is sent. Of a RENEW and a REBIND the duration (MRD) depends on the lease. The delay of
 * SOL_MAX_DELAY before the first SOLICIT, which the RFC advises against the rush after a power failure, is
 * left out, since somebody waits for the address.
 */
export const paces: Readonly<Record<Paced, Pace>> = {
  solicit: { firstWaitMs: 1_000, longestWaitMs: 3_600_000, mostSends: Infinity, isPatient: true },
  request: { firstWaitMs: 1_000, longestWaitMs: 30_000, mostSends: 10 },
  confirm: { firstWaitMs: 1_000, longestWaitMs: 4_000, mostSends: Infinity },
  renew: extensionPace,
  rebind: extensionPace,
  release: farewellPace,
  decline: farewellPace,
}

/** CNF_MAX_DELAY: clients that begin together are not to ask together. */
export const longestConfirmDelayMs = 1_000
/** CNF_MAX_RD: the MRD of a CONFIRM. */
export const confirmDurationMs = 10_000

const jitter = 0.1
const firstPauseMs = 1_000
const longestPauseMs = 60_000

/** RT after a transmission; `previousMs` is the one before, 0 before the first. */
export function nextWaitMs(previousMs: number, pace: Pace, random: Random): number {
  const { firstWaitMs, longestWaitMs, isPatient } = pace
  // From 0, exclusively, to 1.
  const chance = 1 - randomFraction(random)
  if (previousMs === 0) return firstWaitMs * (1 + jitter * (isPatient ? chance : 2 * chance - 1))
  const share = jitter * (2 * chance - 1)
  const wait = previousMs * (2 + share)
  return wait > longestWaitMs ? longestWaitMs * (1 + share) : wait
}

/** Before a client begins anew that was refused so often already: nothing at first, then doubling. */
export function pauseMs(refusals: number, random: Random): number {
  if (refusals === 0) return 0
  const base = Math.min(firstPauseMs * 2 ** (refusals - 1), longestPauseMs)
  return base * (1 + jitter * (2 * randomFraction(random) - 1))
}
