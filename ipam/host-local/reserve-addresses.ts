/** ADD: one address from each range set, or none at all. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { formatConfigPath } from '#base/config-error.ts'
import { Rollback } from '#base/rollback.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { IpAddress } from '#ip/address.ts'
import {
  type AddressFiles,
  describeOwner,
  formatOwner,
  isHeldBy,
  type Reservation,
} from './address-files.ts'
import { type Candidate, candidates } from './allocator.ts'
import { countAllocatable, findRange, formatRangeSet, type RangeSet } from './range-set.ts'
import type { AddressRequest } from './requested-addresses.ts'

/** What is wanted: an address from each set, a certain one where there is a request for it. */
export interface Order {
  readonly sets: readonly RangeSet[]
  /** By the position of the set. */
  readonly requests: readonly (AddressRequest | undefined)[]
  readonly attachment: Attachment
}

/**
 * The addresses, in the order of the sets.
 *
 * The lock is held for all of them, so that nobody sees, or takes, half of a dual-stack attachment.
 * At any moment every reserved address already says whose it is: what a crash leaves, DEL frees.
 *
 * @throws CniError 11 when an address is not to be had now, 999 when the attachment has one already
 */
export async function reserveAddresses(
  store: AddressFiles,
  order: Order,
): Promise<readonly Candidate[]> {
  await store.ensureFolder()
  using _lock = await store.lock()
  await using undo = new Rollback()
  const pool = await surveyPool(store, order)
  const reserved: Candidate[] = []
  for (const [id, set] of order.sets.entries()) {
    const request = order.requests[id]
    const candidate =
      request === undefined
        ? await reserveAny(pool, set, id)
        : await reserveRequested(pool, set, request)
    reserved.push(candidate)
    const name = `${candidate.address}`
    undo.did(`reserve ${name}`, () => store.release(name))
  }
  // Without this note the next walk would start over and give away an address that was released a
  // moment ago, to which neighbours still send what is for its former owner. So a disk that cannot
  // take it fails the call, like one that cannot take a reservation.
  for (const [id, { address }] of reserved.entries()) await store.setLastReserved(id, address)
  undo.commit()
  return reserved
}

/** The store as it was found, with the lock held, and for whom to reserve in it. */
interface Pool {
  readonly store: AddressFiles
  readonly attachment: Attachment
  readonly reservations: readonly Reservation[]
  /** The names of files that are, or could be, somebody's. */
  readonly taken: ReadonlySet<string>
}

async function surveyPool(store: AddressFiles, order: Order): Promise<Pool> {
  const { attachment, requests } = order
  // A request needs no survey: its file is there or it is not.
  const names = requests.includes(undefined) ? await store.listNames() : []
  const reservations = await store.readReservations(names)
  const taken = new Set(names)
  for (const { name, owner } of reservations) if (owner === '') taken.delete(name)
  return { store, attachment, reservations, taken }
}

async function reserveAny(pool: Pool, set: RangeSet, id: number): Promise<Candidate> {
  requireFirst(pool, set)
  const last = await pool.store.findLastReserved(id)
  for (const candidate of candidates(set, last)) {
    const isTaken = pool.taken.has(`${candidate.address}`)
    if (!isTaken && (await take(pool, candidate.address))) return candidate
  }
  const count = countAllocatable(set)
  const msg = `reserve an address of ${formatRangeSet(set)}: no free address, ${count} of ${count} taken`
  // SPEC 1.1.0 "Error": a condition that clears, here with the next DEL in this network.
  throw new CniError(cniErrorCodes.tryAgainLater, msg)
}

/** SPEC 1.1.0 "ADD": not twice for the same attachment without a DEL between. */
function requireFirst({ reservations, attachment }: Pool, set: RangeSet): void {
  const earlier = reservations.find(({ address, owner }) => {
    return isHeldBy(owner, attachment) && findRange(set, address) !== undefined
  })
  if (earlier !== undefined) throw alreadyHolding(attachment, earlier.address)
}

function alreadyHolding(attachment: Attachment, address: IpAddress): CniError {
  const owner = describeOwner(formatOwner(attachment))
  const msg = `reserve an address for ${owner}: it already holds ${address}`
  return new CniError(cniErrorCodes.internal, msg, 'a second ADD needs a DEL before it')
}

async function reserveRequested(
  pool: Pool,
  set: RangeSet,
  { address, path }: AddressRequest,
): Promise<Candidate> {
  const range = findRange(set, address)
  if (range !== undefined && (await take(pool, address))) return { address, range }
  const owner = (await pool.store.findOwner(address)) ?? ''
  // Trying again would never help: it waits for a DEL of this very attachment.
  if (isHeldBy(owner, pool.attachment)) throw alreadyHolding(pool.attachment, address)
  const holder = describeOwner(owner)
  const msg = `reserve ${address}, requested by ${formatConfigPath(path)}: ${holder} holds it`
  // The holder may well be the former life of the same pod, whose DEL is still to come.
  throw new CniError(cniErrorCodes.tryAgainLater, msg)
}

/** Takes the address if it is free; returns whether it was. */
async function take({ store, attachment }: Pool, address: IpAddress): Promise<boolean> {
  const owner = formatOwner(attachment)
  if (await store.reserve(address, owner)) return true
  // The lock is ours, so nobody is still about to write into an empty file.
  if ((await store.findOwner(address)) !== '') return false
  await store.reclaim(address, owner)
  return true
}
