/** Which addresses of a pool a container has, and what becomes of them when it has them no more. */

import type { Attachment } from '#cni/network-config.ts'
import type { IpAddress } from '#ip/address.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { offsetOf } from '#ipam/whereabouts/ranges/address-range.ts'
import type { Allocation, Allocations, PoolChange, PoolDecision } from './pool.ts'
import { isResting, restOf } from './resting.ts'

/** What is to be freed in a pool. */
export interface FreeOrder extends Attachment {
  /** The pod, if it is known whose container it was. */
  readonly podRef: string
  /** Of the pool. */
  readonly range: IpPrefix
  /** Of the range, what the container was known to have. */
  readonly addresses: readonly IpAddress[]
  readonly reuseDelayMs: number
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** An address that is nobody's in the pool now, and the pod whose reservation goes with it. */
export interface Freed {
  readonly address: IpAddress
  readonly podRef: string
}

/** Frees what the container has, which need not be all that it was known to have. */
export function free(taken: Allocations, order: FreeOrder): PoolDecision<readonly Freed[]> {
  const own = allocationsOf(taken, order)
  const outcome = order.addresses.flatMap((address) => {
    const podRef = formerHolder(order, taken.get(offsetOf(order.range, address)))
    return podRef === undefined ? [] : [{ address, podRef }]
  })
  return own.length === 0 ? { outcome } : { outcome, change: freeing(own, order) }
}

/**
 * What the container has. The pod does not matter: once a newer container of it has taken its address
 * over, the one before has none to give back.
 */
export function allocationsOf(taken: Allocations, attachment: Attachment): readonly Entry[] {
  return [...taken].filter(([, holder]) => isOf(holder, attachment))
}

type Entry = readonly [bigint, Allocation]

/** Nobody's when somebody has the address again. */
function formerHolder(order: FreeOrder, holder: Allocation | undefined): string | undefined {
  if (holder === undefined || isResting(holder)) return order.podRef
  return isOf(holder, order) ? holder.podRef : undefined
}

function freeing(own: readonly Entry[], { reuseDelayMs, nowMs }: FreeOrder): PoolChange {
  if (reuseDelayMs === 0) return { drop: own.map(([offset]) => offset) }
  const untilMs = nowMs + reuseDelayMs
  return { put: new Map(own.map(([offset, holder]) => [offset, restOf(holder, untilMs)] as const)) }
}

function isOf(holder: Allocation, { containerId, ifName }: Attachment): boolean {
  return holder.containerId === containerId && holder.ifName === ifName
}
