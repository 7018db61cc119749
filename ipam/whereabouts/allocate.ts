/** ADD: an address of each range of a network. */

import { Rollback } from '#base/rollback.ts'
import type { Call } from '#cni/call.ts'
import type { Result, ResultIp } from '#cni/result.ts'
import type { IpAddress } from '#ip/address.ts'
import { IpPrefix } from '#ip/prefix.ts'
import { type AllocationConfig, readAllocationConfig } from './config.ts'
import { noteAddresses } from './ledger/give-back.ts'
import { poolsOf } from './pool/pools-of.ts'
import type { AddressRange } from './ranges/address-range.ts'
import { resolveRanges } from './ranges/resolve-ranges.ts'
import { Session } from './session.ts'
import { FullRangeError, type Source, type TakeOrder, takeAddress } from './take-address.ts'

/** Who waits for an ADD waits for a pod to start: longer than any server takes to come back. */
const addTimeoutMs = 60_000

/**
 * The result of an ADD: an address of each range, and those that are configured or requested beside them.
 *
 * @throws ConfigError, CniError, DatastoreError, SystemError
 */
export async function allocate(call: Call): Promise<Result> {
  const config = await readAllocationConfig(call)
  const { fixed, routes, dns } = config
  const ips = config.ranges.length === 0 ? [] : await takeAddresses(call, config)
  return { interfaces: [], ips: [...ips, ...fixed], routes, dns }
}

/** One of each range, in their order. What fails is undone, now or, when nobody answers, later. */
async function takeAddresses(call: Call, config: AllocationConfig): Promise<readonly ResultIp[]> {
  using session = new Session(call, config, addTimeoutMs)
  const take = () => session.counted(() => takeAll(call, config, session))
  return await session.log.around(take, (ips) => ips.map(({ address }) => address).join(', '))
}

async function takeAll(
  call: Call,
  config: AllocationConfig,
  session: Session,
): Promise<readonly ResultIp[]> {
  await using undo = new Rollback()
  await session.settleOwn(call)
  const datastore = await session.datastore()
  const ranges = await resolveRanges(datastore, config.ranges, config.slices)
  const pools = poolsOf(config, ranges)
  const record = session.recordOf(call, { podRef: config.podRef, pools })
  await session.ledger.write('attached', record)
  const unused = { ...record, reuseDelayMs: 0 }
  undo.did('allocate addresses', () => session.giveBackSometime(unused))
  const order = { ...config, datastore, holder: record, nowMs: session.nowMs }
  const ips: ResultIp[] = []
  for (const [index, range] of ranges.entries()) {
    const source = { range, wanted: config.wanted[index] }
    ips.push(resultIp(range, await takeOrMakeRoom(order, source, session)))
  }
  await noteAddresses(session.ledger, { ...record, addresses: ips.map(addressOf) })
  await session.settleOthers(1)
  undo.commit()
  return ips
}

/** A range may be full of what nobody could give back so far. */
async function takeOrMakeRoom(
  order: TakeOrder,
  source: Source,
  session: Session,
): Promise<IpAddress> {
  try {
    return await takeAddress(order, source)
  } catch (failure) {
    if (!(failure instanceof FullRangeError)) throw failure
    await session.settleOthers(Number.POSITIVE_INFINITY)
    return await takeAddress(order, source)
  }
}

function addressOf({ address }: ResultIp): IpAddress {
  return address.address
}

function resultIp({ subnet, gateway }: AddressRange, address: IpAddress): ResultIp {
  return { address: new IpPrefix(address, subnet.length), ...(gateway && { gateway }) }
}
