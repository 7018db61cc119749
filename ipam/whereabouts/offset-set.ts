/** A set of offsets that knows at once which is the lowest one missing. */

/** Offsets come in chunks of 65,536, of which a set has only those with a member. */
const chunkBits = 16n
const chunkSize = 1 << Number(chunkBits)
const chunkMask = BigInt(chunkSize - 1)
const wordBits = 32
const fullWord = 0xffffffff

interface Chunk {
  /** A bit for each member. */
  readonly words: Uint32Array
  count: number
}

export class OffsetSet {
  readonly #chunks = new Map<bigint, Chunk>()

  /** Adds an offset of 0 or more. */
  add(offset: bigint): void {
    const { words, chunk } = this.#chunkOf(offset >> chunkBits)
    const position = Number(offset & chunkMask)
    const word = position >>> 5
    const bit = 1 << (position & 31)
    const before = words[word] ?? 0
    if ((before & bit) !== 0) return
    words[word] = before | bit
    chunk.count += 1
  }

  /** The lowest offset from `first` to `last` that is not in the set, or nothing. */
  firstMissing(first: bigint, last: bigint): bigint | undefined {
    let offset = first
    while (offset <= last) {
      const chunk = this.#chunks.get(offset >> chunkBits)
      if (chunk === undefined) return offset
      const position = missingIn(chunk, Number(offset & chunkMask))
      const start = (offset >> chunkBits) << chunkBits
      offset = start + BigInt(position)
      if (position < chunkSize) break
    }
    return offset <= last ? offset : undefined
  }

  #chunkOf(index: bigint): { readonly words: Uint32Array; readonly chunk: Chunk } {
    let chunk = this.#chunks.get(index)
    if (chunk === undefined) {
      chunk = { words: new Uint32Array(chunkSize / wordBits), count: 0 }
      this.#chunks.set(index, chunk)
    }
    return { words: chunk.words, chunk }
  }
}

/** The first position from `start` on whose bit is not set; the size of a chunk when all are. */
function missingIn({ words, count }: Chunk, start: number): number {
  if (count === chunkSize) return chunkSize
  let word = start >>> 5
  // What is before the start counts as set.
  let bits = (words[word] ?? 0) | (2 ** (start & 31) - 1)
  while (bits >>> 0 === fullWord && word < words.length - 1) {
    word += 1
    bits = words[word] ?? 0
  }
  const inverse = ~bits
  if (inverse === 0) return chunkSize
  return word * wordBits + (31 - Math.clz32(inverse & -inverse))
}
