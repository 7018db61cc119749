/** The allocations of a pool in memory. */

import { OffsetSet } from './offset-set.ts'
import type { Allocation, Allocations } from './pool.ts'
import { isResting } from './resting.ts'

/**
 * Filled once, by the reader of a datastore, and asked many times. It is filled with as many entries as
 * the pool has, so that it knows them by the texts that they come with.
 */
export class AllocationTable implements Allocations {
  readonly #allocations = new Map<string, Allocation>()
  readonly #taken = new OffsetSet()
  /** Of each pod the offsets, which are few. */
  readonly #ofPods = new Map<string, string[]>()
  readonly #resting: bigint[] = []

  /** Adds what is at an offset, in canonical decimal digits. An offset is added once. */
  add(offset: string, allocation: Allocation): void {
    this.#allocations.set(offset, allocation)
    this.#taken.add(offset.length < exactDigits ? Number(offset) : BigInt(offset))
    const others = this.#ofPods.get(allocation.podRef)
    if (others === undefined) this.#ofPods.set(allocation.podRef, [offset])
    else others.push(offset)
    if (isResting(allocation)) this.#resting.push(BigInt(offset))
  }

  get size(): number {
    return this.#allocations.size
  }

  get(offset: bigint): Allocation | undefined {
    return this.#allocations.get(`${offset}`)
  }

  findOfPod(podRef: string, ifName: string): bigint | undefined {
    const offsets = this.#ofPods.get(podRef) ?? []
    const own = offsets.filter((offset) => this.#allocations.get(offset)?.ifName === ifName)
    const [lowest, ...others] = own.map(BigInt)
    return others.reduce((low, each) => (low !== undefined && low < each ? low : each), lowest)
  }

  resting(): readonly bigint[] {
    return this.#resting
  }

  firstFree(first: bigint, last: bigint): bigint | undefined {
    return this.#taken.firstMissing(first, last)
  }

  *[Symbol.iterator](): Generator<readonly [bigint, Allocation]> {
    for (const [offset, allocation] of this.#allocations) yield [BigInt(offset), allocation]
  }
}

/** Fewer digits are exact in a number. */
const exactDigits = 16
