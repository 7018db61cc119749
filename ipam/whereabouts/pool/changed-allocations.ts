/** A pool as it will be: what was read, and what was decided since. */

import type { Allocation, Allocations, PoolChange } from './pool.ts'
import { isResting } from './resting.ts'

export class ChangedAllocations implements Allocations {
  readonly #read: Allocations
  readonly #put = new Map<bigint, Allocation>()
  readonly #dropped = new Set<bigint>()

  constructor(read: Allocations) {
    this.#read = read
  }

  /** Makes a change on top of those before. */
  apply({ put = new Map(), drop = [] }: PoolChange): void {
    for (const offset of drop) {
      this.#put.delete(offset)
      if (this.#read.get(offset) !== undefined) this.#dropped.add(offset)
    }
    for (const [offset, allocation] of put) {
      this.#dropped.delete(offset)
      this.#put.set(offset, allocation)
    }
  }

  /** All changes in one; nothing where they come to nothing. */
  get change(): PoolChange | undefined {
    if (this.#put.size + this.#dropped.size === 0) return undefined
    return { put: this.#put, drop: [...this.#dropped] }
  }

  get size(): number {
    return [...this].length
  }

  get(offset: bigint): Allocation | undefined {
    if (this.#dropped.has(offset)) return undefined
    return this.#put.get(offset) ?? this.#read.get(offset)
  }

  findOfPod(podRef: string, ifName: string): bigint | undefined {
    const isOf = (holder?: Allocation) => holder?.podRef === podRef && holder.ifName === ifName
    const put = [...this.#put].filter(([, holder]) => isOf(holder)).map(([offset]) => offset)
    const read = this.#read.findOfPod(podRef, ifName)
    const kept = read !== undefined && isOf(this.get(read)) ? [read] : []
    return lowest([...put, ...kept])
  }

  resting(): readonly bigint[] {
    const read = this.#read.resting().filter((offset) => !this.#put.has(offset))
    const put = [...this.#put].filter(([, holder]) => isResting(holder))
    return [...read, ...put.map(([offset]) => offset)].filter((each) => !this.#dropped.has(each))
  }

  firstFree(first: bigint, last: bigint): bigint | undefined {
    const dropped = [...this.#dropped].filter((offset) => first <= offset && offset <= last)
    let free = this.#read.firstFree(first, last)
    while (free !== undefined && this.#put.has(free)) free = this.#read.firstFree(free + 1n, last)
    return lowest(free === undefined ? dropped : [...dropped, free])
  }

  *[Symbol.iterator](): Generator<readonly [bigint, Allocation]> {
    for (const [offset, allocation] of this.#read) {
      const isChanged = this.#put.has(offset) || this.#dropped.has(offset)
      if (!isChanged) yield [offset, allocation]
    }
    yield* this.#put
  }
}

function lowest(offsets: readonly bigint[]): bigint | undefined {
  const [first, ...others] = offsets
  return others.reduce((low, each) => (low !== undefined && low < each ? low : each), first)
}
