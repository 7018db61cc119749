/** A pool: the addresses of a range that are taken, and by whom. */

import type { IpPrefix } from '#ip/prefix.ts'

/** Who has an address: an entry of `spec.allocations` of an IPPool. */
export interface Allocation {
  /** The container it was given to last. */
  readonly containerId: string
  /** The pod, `namespace/name`. */
  readonly podRef: string
  /** The interface in the pod; empty in entries of old versions of the original. */
  readonly ifName: string
}

/** Which pool: networks with equal keys share it. */
export interface PoolKey {
  /** `network_name`, which keeps networks with equal ranges apart. */
  readonly networkName?: string
  /** Of a node's slice, the node; `range` is then the slice. */
  readonly node?: string
  /** Without host bits. */
  readonly range: IpPrefix
}

/**
 * Which addresses are taken, by their distance from the first address of the range, which is how they
 * are kept. Entries that make no sense to us are not in it; datastores keep those.
 */
export interface Allocations extends Iterable<readonly [bigint, Allocation]> {
  readonly size: number
  get(offset: bigint): Allocation | undefined
  /** The offset that an interface of a pod has. */
  findOfPod(podRef: string, ifName: string): bigint | undefined
  /** The offsets of what was given back and may be resting still (`resting.ts`). */
  resting(): readonly bigint[]
  /** The lowest offset from `first` to `last` that is not taken. */
  firstFree(first: bigint, last: bigint): bigint | undefined
}

/** What to change in a pool. No offset is in both. */
export interface PoolChange {
  /** What to write, over what is there or anew. */
  readonly put?: ReadonlyMap<bigint, Allocation>
  /** What to remove. */
  readonly drop?: readonly bigint[]
}

/** Decides what is to become of a pool. */
export type PoolDecider<T> = (taken: Allocations) => PoolDecision<T> | Promise<PoolDecision<T>>

/** What was decided of a pool, and what has to change for it; nothing has without `change`. */
export interface PoolDecision<T> {
  readonly outcome: T
  readonly change?: PoolChange
}
