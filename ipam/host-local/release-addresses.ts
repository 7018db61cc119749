/** DEL and GC: giving addresses back. */

import { collectFailures } from '#base/collect-failures.ts'
import type { Attachment } from '#cni/network-config.ts'
import { findIpAddress } from '#ip/address.ts'
import { type AddressFiles, formatOwner, type Reservation } from './address-files.ts'

/** Frees every address of the attachment, in whatever range; having none is success. */
export async function releaseAttachment(
  store: AddressFiles,
  attachment: Attachment,
): Promise<void> {
  await release(store, (reservations) => {
    const own = reservations.filter(({ owner }) => owner === formatOwner(attachment))
    if (own.length > 0) return own
    // Files of old versions; the container has no other interface in them.
    return reservations.filter(({ owner }) => owner === attachment.containerId.trim())
  })
}

/** Frees every address that none of the attachments holds. */
export async function releaseAllBut(
  store: AddressFiles,
  attachments: readonly Attachment[],
): Promise<void> {
  const valid = new Set(attachments.flatMap((each) => [formatOwner(each), each.containerId.trim()]))
  await release(store, (reservations) => reservations.filter(({ owner }) => !valid.has(owner)))
}

type Choose = (reservations: readonly Reservation[]) => readonly Reservation[]

/**
 * Frees what is chosen, and what a process that died left without an owner. A file that cannot be
 * read, or removed, keeps no other from being freed. Nothing is written, so a full disk is no
 * obstacle.
 */
async function release(store: AddressFiles, choose: Choose): Promise<void> {
  // Where nothing was ever reserved there may be no lock file yet, and no room for one.
  const isUsed = (await store.listNames()).some((name) => findIpAddress(name) !== undefined)
  if (!isUsed) return
  using _lock = await store.lock()
  const found: Reservation[] = []
  const search = (await store.listNames()).map((name) => async () => {
    const reservation = await store.findReservation(name)
    if (reservation !== undefined) found.push(reservation)
  })
  await collectFailures([...search, () => removeAll(store, withOrphans(found, choose))])
}

function withOrphans(found: readonly Reservation[], choose: Choose): ReadonlySet<Reservation> {
  return new Set([...choose(found), ...found.filter(({ owner }) => owner === '')])
}

async function removeAll(
  store: AddressFiles,
  reservations: ReadonlySet<Reservation>,
): Promise<void> {
  await collectFailures(
    [...reservations].map(({ name }) => async () => {
      await store.release(name)
    }),
  )
}
