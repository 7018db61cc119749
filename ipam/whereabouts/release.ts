/** DEL: giving back what an attachment has. */

import type { Call } from '#cni/call.ts'
import { type PlaceConfig, readPlaceConfig } from './config.ts'
import { poolsOf } from './pools-of.ts'
import { Session } from './session.ts'

/** Nobody is to wait longer for a pod to go; what is not done by then is done later. */
const deleteTimeoutMs = 15_000

/**
 * Succeeds also when the datastore cannot be reached: the addresses are then given back by a later
 * call on this node, or by the controller.
 *
 * @throws ConfigError, CniError, SystemError
 */
export async function release(call: Call): Promise<void> {
  const config = await readPlaceConfig(call)
  using session = new Session(call, config, deleteTimeoutMs)
  await session.giveBackSometime(await recordOf(call, config, session))
  await session.settleOthers()
}

/** As the ADD wrote it down; where the ADD was not ours, as the configuration has it now. */
async function recordOf(call: Call, config: PlaceConfig, session: Session) {
  const record = await session.ledger.find('attached', call)
  return (
    record ?? session.recordOf(call, { podRef: '', pools: poolsOf(config, config.readRanges()) })
  )
}
