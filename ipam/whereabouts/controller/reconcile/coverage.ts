/** Which reservations belong to which entries of pools. */

import { reservationName } from '#ipam/whereabouts/pool/names.ts'
import { isResting } from '#ipam/whereabouts/pool/resting.ts'
import { findAddressAt } from '#ipam/whereabouts/ranges/address-range.ts'
import type { ListedPool, ListedReservation } from './findings.ts'

/**
 * Who has which address, in the words of reservations. What is before the range in the name of a pool is
 * a network name, a node, or both with a hyphen between them; either may have hyphens, so that each of
 * them may be where the network name ends. That keeps a reservation too many, but never one too few.
 */
export class Coverage {
  readonly #covered = new Set<string>()

  constructor(pools: readonly ListedPool[]) {
    for (const pool of pools) this.#add(pool)
  }

  /** Whether a pool has an entry of the pod for the address of the reservation. */
  has({ podRef, name }: ListedReservation): boolean {
    return this.#covered.has(`${podRef} ${name}`)
  }

  #add({ key, taken }: ListedPool): void {
    const networkNames = possibleNetworkNames(key.networkName)
    for (const [offset, holder] of taken) {
      const address = findAddressAt(key.range, offset)
      // What rests was given back, with its reservation.
      if (address === undefined || isResting(holder)) continue
      for (const name of networkNames) {
        this.#covered.add(`${holder.podRef} ${reservationName(name, address)}`)
      }
    }
  }
}

function possibleNetworkNames(prefix = ''): readonly (string | undefined)[] {
  const parts = prefix.split('-')
  const ends = parts.map((_, index) => parts.slice(0, index + 1).join('-'))
  return [undefined, ...ends.filter((name) => name !== '')]
}
