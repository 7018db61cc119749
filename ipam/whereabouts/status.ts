/** STATUS: whether an ADD could be served now. */

import { CniError, cniErrorCodes } from '#base/cni-error.ts'
import { messageOf } from '#base/collect-failures.ts'
import type { Call } from '#cni/call.ts'
import { readPlaceConfig } from './config.ts'
import type { NodeDatastore } from './desk/node-datastore.ts'
import type { Allocations, PoolKey } from './pool/pool.ts'
import { poolsOf } from './pool/pools-of.ts'
import { isRested } from './pool/resting.ts'
import {
  type AddressRange,
  canGive,
  countGivable,
  findAddressAt,
  pooledPrefix,
} from './ranges/address-range.ts'
import { resolveRanges } from './ranges/resolve-ranges.ts'
import { Session } from './session.ts'

/** A runtime asks often. */
const statusTimeoutMs = 5_000

/** @throws CniError 50 when the datastore cannot be asked, 51 when a range is used up; ConfigError */
export async function status(call: Call): Promise<void> {
  const config = await readPlaceConfig(call)
  const configured = config.readRanges()
  using session = new Session(call, config, statusTimeoutMs)
  const [ranges, pools] = await attempting(async () => {
    const datastore = await session.datastore()
    await datastore.probe()
    const own = await resolveRanges(datastore, configured, config.slices)
    return [own, await readPools(datastore, poolsOf(config, own))] as const
  })
  const full = ranges.flatMap((range, index) => describeIfFull(range, pools[index], session.nowMs))
  if (full.length === 0) return
  const msg = `whereabouts: no free address, ${full.join(', ')}`
  throw new CniError(cniErrorCodes.unavailableLimitedConnectivity, msg)
}

async function attempting<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new CniError(cniErrorCodes.unavailable, messageOf(cause), undefined, { cause })
  }
}

async function readPools(datastore: NodeDatastore, keys: readonly PoolKey[]) {
  const pools: (Allocations | undefined)[] = []
  for (const key of keys) pools.push(await datastore.findPool(key))
  return pools
}

/** `253/253 taken of 10.0.0.0/24`, if it is so. */
function describeIfFull(
  range: AddressRange,
  pool: Allocations | undefined,
  nowMs: number,
): readonly string[] {
  const total = countGivable(range)
  const taken = [...(pool ?? [])].filter(([offset, holder]) => {
    const address = findAddressAt(pooledPrefix(range), offset)
    return address !== undefined && canGive(range, address) && !isRested(holder, nowMs)
  })
  return BigInt(taken.length) < total
    ? []
    : [`${taken.length}/${total} taken of ${pooledPrefix(range)}`]
}
