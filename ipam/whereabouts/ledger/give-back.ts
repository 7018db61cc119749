/** Giving back what an attachment has, in all its pools. */

import { collectFailures } from '#base/collect-failures.ts'
import { isSystemError } from '#base/system-error.ts'
import type { IpAddress } from '#ip/address.ts'
import { prefixContains } from '#ip/prefix.ts'
import type { NodeDatastore } from '#ipam/whereabouts/desk/node-datastore.ts'
import { allocationsOf } from '#ipam/whereabouts/pool/freeing.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { findAddressAt } from '#ipam/whereabouts/ranges/address-range.ts'
import type { AttachmentRecord } from './attachment-record.ts'
import type { Ledger } from './ledger.ts'

export interface GiveBackSite {
  readonly datastore: NodeDatastore
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
  const known = record.addresses.length > 0 ? record : await findOut(site, record)
  await collectFailures(record.pools.map((key) => () => freeInPool(site, key, known)))
  await ledger.remove('released', record)
  await ledger.remove('attached', record)
}

/** The addresses of what an ADD did not come to note. */
async function findOut(site: GiveBackSite, record: AttachmentRecord): Promise<AttachmentRecord> {
  const known = { ...record, addresses: await findAddresses(site, record) }
  if (known.addresses.length > 0) await noteAddresses(site.ledger, known)
  return known
}

/**
 * Writes down what an attachment has. A disk without room keeps nobody from having it, or giving it back:
 * it can be found out.
 */
export async function noteAddresses(ledger: Ledger, record: AttachmentRecord): Promise<void> {
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
  const { containerId, ifName, podRef, reuseDelayMs, reservations } = record
  const addresses = record.addresses.filter((address) => prefixContains(key.range, address))
  if (addresses.length === 0) return
  const whose = { containerId, ifName, podRef, range: key.range }
  const freed = await datastore.free(key, { ...whose, addresses, reuseDelayMs, nowMs })
  if (reservations === undefined) return
  for (const each of freed) await datastore.unreserve({ ...reservations, ...each, ifName })
}
