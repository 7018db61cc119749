/** A pool as etcd keeps it: in blocks, each with the allocations of some consecutive offsets. */

import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { applyChange } from '#ipam/whereabouts/pool/apply-change.ts'
import type { Allocation, PoolChange } from '#ipam/whereabouts/pool/pool.ts'
import { isObject } from '#schema/schema.ts'
import type { EtcdEntry } from './messages.ts'

/**
 * How many offsets a block has. etcd takes requests of 1.5 MB and keeps all that was ever written until
 * somebody compacts it, of 2 GB at most: with 64 an ADD in a range that is full writes some 10 KB, and
 * a /16 comes as a thousand entries.
 */
const blockLength = 64n
/** Of the number of the block with the largest offset. */
const digitsOfNumber = 18

/** The entries of a block by their offsets, those that make no sense to us among them. */
export type Block = Readonly<Record<string, unknown>>

export interface BlockWrite {
  readonly key: string
  /** The new value; nothing when no entry is left and the key is to be removed. */
  readonly value: string | undefined
}

/** The blocks among the entries of a folder, by their keys. @throws DatastoreError */
export function readBlocks(
  folder: string,
  entries: readonly EtcdEntry[],
): ReadonlyMap<string, Block> {
  const blocks = entries.filter(({ key }) => isNumber(key.slice(folder.length)))
  return new Map(blocks.map(({ key, value }) => [key, readBlock(key, value)]))
}

/** What a change makes of the blocks that it is about. */
export function changeBlocks(
  folder: string,
  blocks: ReadonlyMap<string, Block>,
  change: PoolChange,
): readonly BlockWrite[] {
  return [...partsOf(folder, change)].flatMap(([key, part]): BlockWrite[] => {
    const before = blocks.get(key)
    const block = applyChange(before ?? {}, part)
    if (Object.keys(block).length > 0) return [{ key, value: JSON.stringify(block) }]
    return before === undefined ? [] : [{ key, value: undefined }]
  })
}

/** etcd takes 128 operations in a transaction, and requests of 1.5 MB, unless it is told otherwise. */
const mostWrites = 100
const mostCharacters = 2 ** 20

/** Writes in portions that fit a transaction each. */
export function portionsOf(writes: readonly BlockWrite[]): readonly (readonly BlockWrite[])[] {
  const portions: BlockWrite[][] = []
  let characters = 0
  for (const write of writes) {
    characters += write.value?.length ?? 0
    const last = portions.at(-1)
    if (last !== undefined && last.length < mostWrites && characters <= mostCharacters) {
      last.push(write)
    } else {
      portions.push([write])
      characters = write.value?.length ?? 0
    }
  }
  return portions
}

interface Part {
  readonly put: Map<bigint, Allocation>
  readonly drop: bigint[]
}

/** A change as one of each block. */
function partsOf(folder: string, { put = new Map(), drop = [] }: PoolChange): Map<string, Part> {
  const parts = new Map<string, Part>()
  const partOf = (offset: bigint): Part => {
    const key = keyOf(folder, offset)
    const part = parts.get(key) ?? { put: new Map(), drop: [] }
    parts.set(key, part)
    return part
  }
  for (const offset of drop) partOf(offset).drop.push(offset)
  for (const [offset, allocation] of put) partOf(offset).put.set(offset, allocation)
  return parts
}

function keyOf(folder: string, offset: bigint): string {
  return `${folder}${`${offset / blockLength}`.padStart(digitsOfNumber, '0')}`
}

function isNumber(name: string): boolean {
  return name.length === digitsOfNumber && /^[0-9]+$/.test(name)
}

function readBlock(key: string, value: string): Block {
  const block = findJson(value)
  if (isObject(block)) return block
  const text = `read ${key} in etcd: it is not a JSON object; restore or remove it`
  throw new DatastoreError('refused', text)
}

/** What a value is in JSON; nothing when it is not JSON. */
export function findJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
