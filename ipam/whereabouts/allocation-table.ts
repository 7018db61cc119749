/** The allocations of a pool in memory. */

import { OffsetSet } from './offset-set.ts'
import type { Allocation, Allocations } from './pool.ts'
import { isResting } from './resting.ts'

/** Filled once, by the reader of a datastore, and asked many times. */
export class AllocationTable implements Allocations {
  readonly #allocations = new Map<bigint, Allocation>()
  readonly #taken = new OffsetSet()
  readonly #ofPods = new Map<string, bigint>()
  readonly #resting: bigint[] = []

  /** An offset is added once. */
  add(offset: bigint, allocation: Allocation): void {
    this.#allocations.set(offset, allocation)
    this.#taken.add(offset)
    if (isResting(allocation)) this.#resting.push(offset)
    const owner = ownerKey(allocation.podRef, allocation.ifName)
    const other = this.#ofPods.get(owner)
    if (other === undefined || offset < other) this.#ofPods.set(owner, offset)
  }

  get size(): number {
    return this.#allocations.size
  }

  get(offset: bigint): Allocation | undefined {
    return this.#allocations.get(offset)
  }

  findOfPod(podRef: string, ifName: string): bigint | undefined {
    return this.#ofPods.get(ownerKey(podRef, ifName))
  }

  resting(): readonly bigint[] {
    return this.#resting
  }

  firstFree(first: bigint, last: bigint): bigint | undefined {
    return this.#taken.firstMissing(first, last)
  }

  [Symbol.iterator](): Iterator<readonly [bigint, Allocation]> {
    return this.#allocations[Symbol.iterator]()
  }
}

/** No name of a pod or of an interface has a space. */
function ownerKey(podRef: string, ifName: string): string {
  return `${podRef} ${ifName}`
}
