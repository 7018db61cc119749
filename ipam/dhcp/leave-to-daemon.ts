/** What a plugin does when there is no daemon: it leaves word for the next one. */

import { isSystemError } from '#base/system-error.ts'
import type { LeaseFolder } from './record/lease-folder.ts'
import type { LeaseRecord } from './record/lease-record.ts'

/** Whoever else writes here does so for moments, but for a daemon. */
const lockMs = 1000

/**
 * Notes in the files of leases that these are to be given back. Returns whether that was possible:
 * not when a daemon has come meanwhile.
 */
export async function leaveReleases(
  folder: LeaseFolder,
  isReleased: (record: LeaseRecord) => boolean,
): Promise<boolean> {
  const wanted = async () =>
    (await folder.readAll()).filter((each) => 'order' in each && isReleased(each) && !each.isOwed)
  // Where no lease was ever kept there is nothing to make a folder for.
  if ((await wanted()).length === 0) return true
  try {
    using _ = await folder.lock(lockMs)
    for (const each of await wanted()) {
      if ('order' in each) await folder.write({ ...each, isOwed: true })
    }
    return true
  } catch (error) {
    if (isSystemError(error, 'ETIMEDOUT')) return false
    throw error
  }
}
