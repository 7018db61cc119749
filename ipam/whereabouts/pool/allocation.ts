/** Which address an interface of a pod gets. */

import type { IpAddress } from '#ip/address.ts'
import type { IpRange } from '#ip/range.ts'
import {
  canGive,
  findAddressAt,
  type GivableRange,
  offsetOf,
  pooledPrefix,
} from '#ipam/whereabouts/ranges/address-range.ts'
import type { Allocation, Allocations, PoolDecision } from './pool.ts'
import { isRested } from './resting.ts'

/** Who wants an address of which range. */
export interface AllocationOrder {
  readonly range: GivableRange
  readonly holder: Allocation
  /** The address asked for; it is one that the range gives on request. */
  readonly wanted?: IpAddress
  /** Offsets of addresses that somebody has through another pool. */
  readonly blocked: ReadonlySet<bigint>
  /** Milliseconds since 1970, to tell which addresses have rested. */
  readonly nowMs: number
}

export type Answer =
  | {
      readonly kind: 'given'
      readonly address: IpAddress
      /** The address that it had before. */
      readonly left?: IpAddress
    }
  /** The address asked for is somebody else's. */
  | { readonly kind: 'taken'; readonly holder?: Allocation }
  | { readonly kind: 'full' }

/**
 * The address that the interface has already, else the one asked for, else the lowest that is free.
 * Pods are known by name: a new container of a pod takes over what the one before had.
 */
export function allocate(taken: Allocations, order: AllocationOrder): PoolDecision<Answer> {
  const { range, wanted } = order
  const own = findOwn(taken, order)
  if (own !== undefined && (wanted ?? own.address).equals(own.address)) {
    return keep(taken, own, order)
  }
  if (wanted === undefined) {
    const free = lowestFree(taken, order)
    return free === undefined ? leave(taken, order, { kind: 'full' }) : give(taken, free, order)
  }
  const offset = offsetOf(pooledPrefix(range), wanted)
  const other = taken.get(offset)
  const isFree = other === undefined || isRested(other, order.nowMs)
  if (isFree && !order.blocked.has(offset)) return give(taken, { offset, address: wanted }, order)
  return leave(taken, order, { kind: 'taken', ...(other && { holder: other }) })
}

/** An address of the network, and where the pool has it. */
interface Place {
  readonly offset: bigint
  readonly address: IpAddress
}

/** What the interface has and may keep. */
function findOwn(taken: Allocations, order: AllocationOrder): Place | undefined {
  const { holder, blocked } = order
  const offset = taken.findOfPod(holder.podRef, holder.ifName)
  return offset === undefined || blocked.has(offset) ? undefined : findPlace(order, offset)
}

function findPlace({ range }: AllocationOrder, offset: bigint): Place | undefined {
  const address = findAddressAt(pooledPrefix(range), offset)
  return address && { offset, address }
}

function keep(
  taken: Allocations,
  { offset, address }: Place,
  { holder }: AllocationOrder,
): PoolDecision<Answer> {
  const outcome: Answer = { kind: 'given', address }
  if (taken.get(offset)?.containerId === holder.containerId) return { outcome }
  return { outcome, change: { put: new Map([[offset, holder]]) } }
}

function give(
  taken: Allocations,
  { offset, address }: Place,
  { range, holder }: AllocationOrder,
): PoolDecision<Answer> {
  const own = taken.findOfPod(holder.podRef, holder.ifName)
  const left = own === undefined ? undefined : findAddressAt(pooledPrefix(range), own)
  const outcome: Answer = { kind: 'given', address, ...(left && { left }) }
  const put = new Map([[offset, holder]])
  return { outcome, change: own === undefined ? { put } : { put, drop: [own] } }
}

/** Whoever gets nothing is not to keep what cannot be used. */
function leave(
  taken: Allocations,
  { holder, blocked }: AllocationOrder,
  outcome: Answer,
): PoolDecision<Answer> {
  const own = taken.findOfPod(holder.podRef, holder.ifName)
  return own !== undefined && blocked.has(own) ? { outcome, change: { drop: [own] } } : { outcome }
}

/** Of what never was taken and what has rested, whichever comes first. */
function lowestFree(taken: Allocations, order: AllocationOrder): Place | undefined {
  const free = [...rested(taken, order), ...firstFree(taken, order)]
  const [first, ...others] = free.flatMap((offset) => findPlace(order, offset) ?? [])
  return others.reduce((low, each) => (low && low.offset < each.offset ? low : each), first)
}

function rested(taken: Allocations, order: AllocationOrder): readonly bigint[] {
  const { range, nowMs, blocked } = order
  return taken.resting().filter((offset) => {
    const holder = taken.get(offset)
    if (holder === undefined || !isRested(holder, nowMs) || blocked.has(offset)) return false
    const address = findAddressAt(pooledPrefix(range), offset)
    return address !== undefined && canGive(range, address)
  })
}

/** The lowest offset that is not in the pool, if there is one. */
function firstFree(taken: Allocations, order: AllocationOrder): readonly bigint[] {
  for (const part of order.range.parts) {
    const free = firstFreeIn(taken, part, order)
    if (free !== undefined) return [free]
  }
  return []
}

function firstFreeIn(
  taken: Allocations,
  part: IpRange,
  { range, blocked }: AllocationOrder,
): bigint | undefined {
  const last = offsetOf(pooledPrefix(range), part.last)
  let free = taken.firstFree(offsetOf(pooledPrefix(range), part.first), last)
  while (free !== undefined && blocked.has(free)) free = taken.firstFree(free + 1n, last)
  return free
}
