/** A set of offsets that knows at once which is the lowest one missing. */

/** Offsets come in chunks, of which a set has only those with a member. */
const chunkSize = 65_536
const wordBits = 32
const fullWord = 0xffffffff
const wordsOfChunk = chunkSize / wordBits

interface Chunk {
  /** A bit for each member. */
  readonly words: Uint32Array
  /** A bit for each word that has all its bits. */
  readonly full: Uint32Array
}

/** Offsets are whole numbers from 0 to 2⁶³ − 1. */
export class OffsetSet {
  readonly #chunks = new Map<number, Chunk>()

  /** Adds an offset. Numbers, where they are exact, take a fraction of the time. */
  add(offset: bigint | number): void {
    const { index, position } = placeOf(offset)
    let chunk = this.#chunks.get(index)
    if (chunk === undefined) {
      const words = new Uint32Array(wordsOfChunk)
      chunk = { words, full: new Uint32Array(wordsOfChunk / wordBits) }
      this.#chunks.set(index, chunk)
    }
    if (setBit(chunk.words, position) === fullWord) setBit(chunk.full, position >>> 5)
  }

  /** The lowest offset from `first` to `last` that is not in the set, or nothing. */
  firstMissing(first: bigint, last: bigint): bigint | undefined {
    for (let offset = first; offset <= last; ) {
      const { index, position } = placeOf(offset)
      const chunk = this.#chunks.get(index)
      const missing = chunk === undefined ? position : missingIn(chunk, position)
      offset = BigInt(index) * BigInt(chunkSize) + BigInt(missing)
      if (missing < chunkSize) return offset <= last ? offset : undefined
    }
    return undefined
  }
}

function placeOf(offset: bigint | number) {
  if (typeof offset === 'number') {
    return { index: Math.floor(offset / chunkSize), position: offset % chunkSize }
  }
  const size = BigInt(chunkSize)
  return { index: Number(offset / size), position: Number(offset % size) }
}

/** The word after the bit was set. */
function setBit(words: Uint32Array, position: number): number {
  const word = ((words[position >>> 5] ?? 0) | (1 << (position & 31))) >>> 0
  words[position >>> 5] = word
  return word
}

/** The first position from `start` on whose bit is not set; the size of a chunk when all are. */
function missingIn({ words, full }: Chunk, start: number): number {
  const inWord = lowestUnset(words, start)
  if (inWord !== undefined) return inWord
  let word = (start >>> 5) + 1
  while (word < wordsOfChunk) {
    const found = lowestUnset(full, word)
    if (found !== undefined) return lowestUnset(words, found * wordBits) ?? chunkSize
    word = ((word >>> 5) + 1) * wordBits
  }
  return chunkSize
}

/** The first position from `start` to the end of its word whose bit is not set. */
function lowestUnset(words: Uint32Array, start: number): number | undefined {
  // What is before the start counts as set.
  const inverse = ~((words[start >>> 5] ?? 0) | (2 ** (start & 31) - 1))
  if (inverse === 0) return undefined
  return (start & ~31) + 31 - Math.clz32(inverse & -inverse)
}
