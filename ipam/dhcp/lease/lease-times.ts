/** When a lease is renewed, and when it ends. */

import type { DhcpOptions } from '#ipam/dhcp/message/option-area.ts'
import { optionCodes } from '#ipam/dhcp/message/option-codes.ts'
import { findUint32 } from '#ipam/dhcp/message/option-values.ts'

/** RFC 2131 §4.4.5, in milliseconds from the request on; each is more than the one before. */
export interface LeaseTimes {
  /** T1: the server that gave the lease is asked to extend it. */
  readonly renewalMs: number
  /** T2: any server is asked. */
  readonly rebindingMs: number
  readonly leaseMs: number
}

/** The same as moments of a clock. */
export interface LeaseMoments {
  readonly renewalAtMs: number
  readonly rebindingAtMs: number
  readonly expiryAtMs: number
}

const infinite = 0xffffffff
/** For servers that forget to say: the reference's. */
const defaultLeaseSeconds = 3600
const renewalShare = 0.5
const rebindingShare = 0.875

/**
 * Options 51, 58 and 59; nothing for a lease without end. A T1 or T2 that is not between its
 * neighbours does not count. A lease of zero seconds is for the caller to refuse.
 */
export function readLeaseTimes(options: DhcpOptions): LeaseTimes | undefined {
  const seconds = findUint32(options, optionCodes.leaseTime) ?? defaultLeaseSeconds
  if (seconds === infinite) return undefined
  const leaseMs = seconds * 1000
  const rebindingMs =
    findMsBelow(leaseMs, options, optionCodes.rebindingTime) ?? leaseMs * rebindingShare
  const renewalMs =
    findMsBelow(rebindingMs, options, optionCodes.renewalTime) ??
    // As far before T2 as usual where the server has T2 come early.
    Math.min(leaseMs, rebindingMs / rebindingShare) * renewalShare
  return { renewalMs, rebindingMs, leaseMs }
}

function findMsBelow(limitMs: number, options: DhcpOptions, code: number): number | undefined {
  const ms = (findUint32(options, code) ?? 0) * 1000
  return ms > 0 && ms < limitMs ? ms : undefined
}
