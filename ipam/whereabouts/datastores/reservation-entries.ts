/** Reservations as datastores keep them: `spec` of an OverlappingRangeIPReservation. */

import { findIpAddress } from '#ip/address.ts'
import { isObject } from '#schema/schema.ts'
import type { Reservation } from './datastore.ts'

/** A reservation in JSON. */
export interface ReservationEntry {
  readonly podref: string
  readonly ifname: string
}

export function toReservationEntry({ podRef, ifName }: Reservation): ReservationEntry {
  return { podref: podRef, ifname: ifName }
}

/** Who has the address, or nothing when the entry does not say. */
export function readReservation(
  { networkName, address }: Pick<Reservation, 'networkName' | 'address'>,
  entry: unknown,
): Reservation | undefined {
  if (!isObject(entry) || typeof entry.podref !== 'string') return undefined
  const ifName = typeof entry.ifname === 'string' ? entry.ifname : ''
  const name = networkName === undefined ? {} : { networkName }
  return { ...name, address, podRef: entry.podref, ifName }
}

/** Entries by the texts of their addresses. */
export function readReservations(
  networkName: string | undefined,
  entries: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Reservation> {
  const name = networkName === undefined ? {} : { networkName }
  const read = Object.entries(entries).flatMap(([text, entry]) => {
    const address = findIpAddress(text)
    const found = address && readReservation({ ...name, address }, entry)
    return found === undefined ? [] : [[`${found.address}`, found] as const]
  })
  return new Map(read)
}
