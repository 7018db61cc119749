/** When a lease is renewed, and when it ends. */

import type {
  AddressAssociation,
  AssociatedAddress,
} from '#ipam/dhcp/v6/message/address-association.ts'
import { infinity } from '#ipam/dhcp/v6/message/address-association.ts'

/** In milliseconds from the request on; what is absent never comes. */
export interface LeaseTimes6 {
  /** T1: the server that gave the lease is asked to extend it. */
  readonly renewalMs?: number
  /** T2: any server is asked. */
  readonly rebindingMs?: number
  /** Then nothing new is to be begun with the address. */
  readonly preferredMs?: number
  /** Then the address must not be used any more. */
  readonly validMs?: number
}

/** RFC 8415 §21.4: what servers are advised to say. */
const renewalShare = 0.5
const rebindingShare = 0.8

/**
 * A T1 or T2 that is zero or not before its successor does not count, so that always T1 < T2 < the end of
 * the valid lifetime, unless both are infinite. RFC 8415 §14.2 has the client choose then, and not at
 * once: an address that is not preferred at all counts by its valid lifetime, which is not zero.
 */
export function readLeaseTimes6(
  { renewalSeconds, rebindingSeconds }: AddressAssociation,
  { preferredSeconds, validSeconds }: AssociatedAddress,
): LeaseTimes6 {
  const [preferredMs, validMs] = [msOf(preferredSeconds), msOf(validSeconds)]
  const base = preferredMs > 0 ? preferredMs : validMs
  const rebindingMs = findMsBelow(validMs, rebindingSeconds) ?? base * rebindingShare
  const renewalMs =
    findMsBelow(rebindingMs, renewalSeconds) ??
    // As far before T2 as usual where the server has T2 come early.
    Math.min(base, rebindingMs / rebindingShare) * renewalShare
  return {
    ...(renewalMs < Infinity && { renewalMs }),
    ...(rebindingMs < Infinity && { rebindingMs }),
    ...(preferredMs < Infinity && { preferredMs }),
    ...(validMs < Infinity && { validMs }),
  }
}

function msOf(seconds: number): number {
  return seconds === infinity ? Infinity : seconds * 1000
}

function findMsBelow(limitMs: number, seconds: number): number | undefined {
  const ms = msOf(seconds)
  return ms > 0 && (ms < limitMs || limitMs === Infinity) ? ms : undefined
}
