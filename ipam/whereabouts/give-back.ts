/** Giving back what an attachment has, in all its pools. */

import { collectFailures } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { IpAddress } from '#ip/address.ts'
import { prefixContains } from '#ip/prefix.ts'
import { findAddressAt, offsetOf } from './address-range.ts'
import type { AttachmentRecord } from './attachment-record.ts'
import type { Datastore } from './datastore.ts'
import type { Ledger } from './ledger.ts'
import type { Allocation, Allocations, PoolChange, PoolKey } from './pool.ts'
import { isResting, restOf } from './resting.ts'

export interface GiveBackSite {
  readonly datastore: Datastore
  readonly ledger: Ledger
  readonly nowMs: number
}

/**
 * Frees what the attachment has, and forgets it. Pools come before reservations, as with everybody;
 * what is about to be freed is written down before, so that after a crash between the two the
 * reservation is freed by whoever goes on. Having nothing is success.
 *
 * @throws DatastoreError, SystemError; the record is then in the ledger still, if it was
 */
export async function giveBack(site: GiveBackSite, record: AttachmentRecord): Promise<void> {
  const { ledger } = site
  const addresses = await findAddresses(site, record)
  const known = { ...record, addresses: distinct([...record.addresses, ...addresses]) }
  if (addresses.length > 0) await note(ledger, known)
  await collectFailures(record.pools.map((key) => () => freeInPool(site, key, known)))
  await ledger.remove('released', record)
  await ledger.remove('attached', record)
}

/** A disk without room keeps nobody from giving back what is elsewhere. */
async function note(ledger: Ledger, record: AttachmentRecord): Promise<void> {
  try {
    await ledger.write('attached', record)
  } catch (failure) {
    if (!isSystemError(failure, 'ENOSPC', 'EDQUOT')) throw failure
  }
}

async function findAddresses(
  { datastore }: GiveBackSite,
  { pools, ...attachment }: AttachmentRecord,
): Promise<readonly IpAddress[]> {
  const found: IpAddress[] = []
  for (const key of pools) {
    const taken = await datastore.findPool(key)
    if (taken === undefined) continue
    const own = allocationsOf(taken, attachment).map(([offset]) => findAddressAt(key.range, offset))
    found.push(...own.filter((address) => address !== undefined))
  }
  return found
}

async function freeInPool(site: GiveBackSite, key: PoolKey, record: AttachmentRecord) {
  const { datastore, nowMs } = site
  const addresses = record.addresses.filter((address) => prefixContains(key.range, address))
  if (addresses.length === 0) return
  const freed = await datastore.updatePool(key, (taken) => {
    const own = allocationsOf(taken, record)
    const outcome = addresses.flatMap((address) => {
      const podRef = formerHolder(record, taken.get(offsetOf(key.range, address)))
      return podRef === undefined ? [] : [{ address, podRef }]
    })
    if (own.length === 0) return { outcome }
    return { outcome, change: freeing(own, record.reuseDelayMs, nowMs) }
  })
  if (record.reservations === undefined) return
  const { ifName, reservations } = record
  for (const each of freed) await datastore.unreserve({ ...reservations, ...each, ifName })
}

/** The pod whose reservation goes with the address; nobody's when somebody has the address again. */
function formerHolder(record: AttachmentRecord, holder: Allocation | undefined) {
  if (holder === undefined || isResting(holder)) return record.podRef
  return isOf(holder, record) ? holder.podRef : undefined
}

function freeing(own: readonly Entry[], delayMs: number, nowMs: number): PoolChange {
  if (delayMs === 0) return { drop: own.map(([offset]) => offset) }
  return {
    put: new Map(own.map(([offset, holder]) => [offset, restOf(holder, nowMs + delayMs)] as const)),
  }
}

type Entry = readonly [bigint, Allocation]

/**
 * What the container has. The pod does not matter: once a newer container of it has taken its address
 * over, the one before has none to give back.
 */
export function allocationsOf(taken: Allocations, attachment: Attachment): readonly Entry[] {
  return [...taken].filter(([, holder]) => isOf(holder, attachment))
}

function isOf(holder: Allocation, { containerId, ifName }: Attachment): boolean {
  return holder.containerId === containerId && holder.ifName === ifName
}

function distinct(addresses: readonly IpAddress[]): readonly IpAddress[] {
  return addresses.filter(
    (address, index) => addresses.findIndex((other) => other.equals(address)) === index,
  )
}
