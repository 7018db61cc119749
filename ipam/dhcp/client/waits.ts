/** How long a client waits before it sends again. */

import type { Random } from '#host/host.ts'
import { randomFraction } from '#ipam/dhcp/chance.ts'
import type { ClientTiming } from './settings.ts'

const jitterMs = 1000
/** RFC 2131 §4.4.5: the shortest wait while a lease is extended. */
const shortestExtensionWaitMs = 60_000
/** A lease of minutes would hardly be asked for twice with that. */
const extensionWaitsAtLeast = 8
/** Never less, however short a lease is. */
const shortestWaitMs = 500
/** So much of the time to T1 may pass unused, so that leases given together are not renewed together. */
const renewalFuzz = 0.05

/** After the transmission with this number, from 1 on: doubling, ± 1 s (RFC 2131 §4.1). */
export function backoffMs(sends: number, timing: ClientTiming, random: Random): number {
  const base = Math.min(timing.firstWaitMs * 2 ** (sends - 1), timing.longestWaitMs)
  const jitter = Math.min(jitterMs, base / 2)
  return base + jitter * (2 * randomFraction(random) - 1)
}

/** A phase of extending: RENEWING lasts from T1 to T2, REBINDING from T2 to the end. */
export interface ExtensionPhase {
  readonly fromMs: number
  readonly untilMs: number
}

/** RFC 2131 §4.4.5: half of what is left of the phase, but not too little. */
export function extensionWaitMs({ fromMs, untilMs }: ExtensionPhase, nowMs: number): number {
  const share = (untilMs - fromMs) / extensionWaitsAtLeast
  const shortest = Math.max(shortestWaitMs, Math.min(shortestExtensionWaitMs, share))
  return Math.max(shortest, (untilMs - nowMs) / 2)
}

/** A moment shortly before one that is `delayMs` away (RFC 2131 §4.4.5: "random fuzz"). */
export function fuzzyDelayMs(delayMs: number, random: Random): number {
  return delayMs * (1 - renewalFuzz * randomFraction(random))
}
