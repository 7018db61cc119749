/** Addresses that are in use in any pool: a custom resource for each, named after the address. */

import { isSameHolder, type Reservation } from '#ipam/whereabouts/datastores/datastore.ts'
import { readReservation } from '#ipam/whereabouts/datastores/reservation-entries.ts'
import { type Attempt, settle } from '#ipam/whereabouts/datastores/settle.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { reservationName } from '#ipam/whereabouts/pool/names.ts'
import type { KubernetesClient } from './client.ts'
import { KubernetesCollection } from './collection.ts'
import {
  findReservedAddress,
  newReservation,
  type ReservationObject,
  reservationKind,
} from './objects.ts'

/** How many objects one answer has at most. */
const pageSize = 500

/** See `Datastore`, whose methods these are. */
export class KubernetesReservations {
  readonly #objects: KubernetesCollection<ReservationObject>
  readonly #deadline: Deadline

  constructor(client: KubernetesClient, deadline: Deadline) {
    this.#objects = new KubernetesCollection(client, reservationKind)
    this.#deadline = deadline
  }

  async reserve(reservation: Reservation): Promise<Reservation | undefined> {
    return await settle(this.#deadline, () => this.#tryReserve(reservation))
  }

  async #tryReserve(reservation: Reservation): Promise<Attempt<Reservation | undefined>> {
    const name = reservationName(reservation.networkName, reservation.address)
    const conflict = await this.#objects.create(name, newReservation(reservation))
    if (conflict === undefined) return { outcome: undefined }
    const found = await this.#objects.find(name)
    // Given back in between, or nobody's.
    const holder = readReservation(reservation, found?.spec)
    if (holder === undefined) return conflict
    return { outcome: isSameHolder(holder, reservation) ? undefined : holder }
  }

  async unreserve(reservation: Reservation): Promise<void> {
    await settle(this.#deadline, () => this.#tryUnreserve(reservation))
  }

  async #tryUnreserve(reservation: Reservation): Promise<Attempt<void>> {
    const name = reservationName(reservation.networkName, reservation.address)
    const found = await this.#objects.find(name)
    const holder = readReservation(reservation, found?.spec)
    if (found === undefined || holder === undefined || !isSameHolder(holder, reservation)) {
      return { outcome: undefined }
    }
    const { uid, resourceVersion } = found.metadata
    const conflict = await this.#objects.remove(name, { uid, resourceVersion })
    return conflict ?? { outcome: undefined }
  }

  async list(networkName: string | undefined): Promise<ReadonlyMap<string, Reservation>> {
    const objects = await this.#objects.listAll(pageSize)
    const reservations = new Map<string, Reservation>()
    for (const { metadata, spec } of objects) {
      const address = findReservedAddress(metadata.name, networkName)
      if (address === undefined) continue
      const place = networkName === undefined ? { address } : { networkName, address }
      const reservation = readReservation(place, spec)
      if (reservation !== undefined) reservations.set(`${address}`, reservation)
    }
    return reservations
  }
}
