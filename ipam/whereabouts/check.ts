/** CHECK: whether the datastore still says what the ADD was told. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import type { Call } from '#cni/call.ts'
import { previousResult } from '#cni/previous-result.ts'
import { prefixContains } from '#ip/prefix.ts'
import { readAllocationConfig } from './config.ts'
import { allocationsOf } from './pool/freeing.ts'
import type { PoolKey } from './pool/pool.ts'
import { poolsOf } from './pool/pools-of.ts'
import { offsetOf } from './ranges/address-range.ts'
import { resolveRanges } from './ranges/resolve-ranges.ts'
import { Session } from './session.ts'

const checkTimeoutMs = 15_000

/** @throws CniError when the attachment has not what its result says, ConfigError, DatastoreError */
export async function check(call: Call): Promise<void> {
  const config = await readAllocationConfig(call)
  using session = new Session(call, config, checkTimeoutMs)
  const ranges = await resolveRanges(await session.datastore(), config.ranges, config.slices)
  for (const pool of poolsOf(config, ranges)) await checkPool(call, session, pool)
}

async function checkPool(call: Call, session: Session, pool: PoolKey): Promise<void> {
  const datastore = await session.datastore()
  const taken = await datastore.findPool(pool)
  const own = taken === undefined ? [] : allocationsOf(taken, call)
  const given = previousResult(call).ips.map(({ address }) => address.address)
  const mine = given.filter((address) => prefixContains(pool.range, address))
  const isKept = own.some(([offset]) =>
    mine.some((address) => offsetOf(pool.range, address) === offset),
  )
  if (isKept) return
  const wanted = mine.join(', ') || `an address of ${pool.range}`
  const msg = `find ${wanted} of container ${call.containerId}, interface ${call.ifName}`
  const found = own.length === 0 ? 'nothing' : 'another address'
  throw new CniError(cniErrorCodes.internal, `${msg}: ${found} in ${datastore.description}`)
}
