/** ADD: an address of a range. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { IpAddress } from '#ip/address.ts'
import { prefixContains } from '#ip/prefix.ts'
import type { NodeDatastore } from './desk/node-datastore.ts'
import type { Answer } from './pool/allocation.ts'
import type { Allocation } from './pool/pool.ts'
import { poolOf } from './pool/pools-of.ts'
import { type AddressRange, countGivable, offsetOf, pooledPrefix } from './ranges/address-range.ts'
import { formatRange } from './ranges/format-range.ts'

/** An interface of a pod that is to get addresses. */
export interface TakeOrder {
  readonly datastore: NodeDatastore
  readonly holder: Allocation
  readonly networkName?: string
  readonly looksAfterOverlap: boolean
  readonly nowMs: number
}

/** A range, and the address it has to give, if any. */
export interface Source {
  readonly range: AddressRange
  readonly wanted: IpAddress | undefined
}

type Given = Extract<Answer, { kind: 'given' }>

/**
 * Takes an address. The pool is written first; an address that turns out to be somebody's through
 * another pool is left for the next one that is free. After a failure the interface may have one.
 *
 * @throws CniError 11 when there is none, DatastoreError
 */
export async function takeAddress(order: TakeOrder, source: Source): Promise<IpAddress> {
  const blocked = new Set<bigint>()
  requireOfSlice(source)
  for (;;) {
    const given = await takeInPool(order, source, blocked)
    const { address } = given
    const rival = order.looksAfterOverlap ? await reserve(order, given) : undefined
    if (rival === undefined) return address
    if (source.wanted !== undefined) throw taken(address, rival.podRef)
    for (const offset of await foreignOffsets(order, source)) blocked.add(offset)
    blocked.add(offsetOf(pooledPrefix(source.range), address))
  }
}

async function takeInPool(
  { datastore, networkName, holder: { containerId, podRef, ifName }, nowMs }: TakeOrder,
  { range, wanted }: Source,
  blocked: ReadonlySet<bigint>,
): Promise<Given> {
  const holder = { containerId, podRef, ifName }
  const order = { range, holder, blocked, nowMs, ...(wanted && { wanted }) }
  const pool = poolOf(networkName, range)
  const answer = await datastore.allocate(pool, order)
  if (answer.kind === 'given') return answer
  if (answer.kind === 'taken' && wanted !== undefined) throw taken(wanted, answer.holder?.podRef)
  throw new FullRangeError(range, blocked.size)
}

/** Nothing, or who has the address through another pool. */
async function reserve(order: TakeOrder, { address, left }: Given) {
  const rival = await order.datastore.reserve(reservationOf(order, address))
  if (rival === undefined && left !== undefined) {
    await order.datastore.unreserve(reservationOf(order, left))
  }
  return rival
}

/** What others have reserved of the network: it is asked once they have been in the way. */
async function foreignOffsets(
  { datastore, networkName, holder }: TakeOrder,
  { range }: Source,
): Promise<readonly bigint[]> {
  const reservations = await datastore.listReservations(networkName)
  const prefix = pooledPrefix(range)
  return [...reservations.values()]
    .filter(({ address, podRef }) => podRef !== holder.podRef && prefixContains(prefix, address))
    .map(({ address }) => offsetOf(prefix, address))
}

function reservationOf({ networkName, holder }: TakeOrder, address: IpAddress) {
  const { podRef, ifName } = holder
  return { ...(networkName !== undefined && { networkName }), address, podRef, ifName }
}

/** What other nodes have is not ours to give. */
function requireOfSlice({ range: { slice }, wanted }: Source): void {
  if (slice === undefined || wanted === undefined) return
  if (prefixContains(slice.range, wanted)) return
  const msg = `allocate ${wanted}: it is not in ${slice.range}, the slice of node ${slice.node}`
  throw new CniError(cniErrorCodes.tryAgainLater, msg)
}

function taken(address: IpAddress, podRef = 'another pod'): CniError {
  const msg = `allocate ${address}: it is taken by ${podRef}`
  return new CniError(cniErrorCodes.tryAgainLater, msg)
}

/** In the original's words, which people look for. */
export class FullRangeError extends CniError {
  constructor(range: AddressRange, blockedCount: number) {
    const msg = `Could not allocate IP in range: ${formatRange(range)}`
    const elsewhere = blockedCount === 0 ? '' : `, ${blockedCount} of them through other ranges`
    const details = `all ${countGivable(range)} addresses are taken${elsewhere}`
    super(cniErrorCodes.tryAgainLater, msg, details)
  }
}
