/** DEL: giving back what an attachment has. */

import type { Call } from '#cni/call.ts'
import { type PlaceConfig, readPlaceConfig } from './config.ts'
import type { PoolKey } from './pool/pool.ts'
import { poolsOf } from './pool/pools-of.ts'
import { NoSliceError, resolveRanges } from './ranges/resolve-ranges.ts'
import { Session } from './session.ts'

/** Nobody is to wait longer for a pod to go; what is not done by then is done later. */
const deleteTimeoutMs = 20_000

/**
 * Succeeds also when the datastore cannot be reached: the addresses are then given back by a later
 * call on this node, or by the controller.
 *
 * @throws ConfigError, CniError, SystemError
 */
export async function release(call: Call): Promise<void> {
  const config = await readPlaceConfig(call)
  using session = new Session(call, config, deleteTimeoutMs)
  const record = await recordOf(call, config, session)
  await session.log.around(
    () => session.giveBackSometime(record),
    () => 'done',
  )
  await session.settleOthers(1)
}

/** As the ADD wrote it down; where the ADD was not ours, as the configuration has it now. */
async function recordOf(call: Call, config: PlaceConfig, session: Session) {
  const record = await session.ledger.find('attached', call)
  if (record !== undefined) return record
  return session.recordOf(call, { podRef: '', pools: await configuredPools(config, session) })
}

async function configuredPools(config: PlaceConfig, session: Session): Promise<readonly PoolKey[]> {
  const ranges = config.readRanges()
  if (config.slices === undefined) return poolsOf(config, ranges)
  try {
    return poolsOf(config, await resolveRanges(await session.datastore(), ranges, config.slices))
  } catch (failure) {
    // A node without a slice has given nothing.
    if (failure instanceof NoSliceError) return []
    throw failure
  }
}
