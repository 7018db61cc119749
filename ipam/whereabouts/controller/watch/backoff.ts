/** How long to wait before something that has failed is tried again. */

import type { Random } from '#host/host.ts'

const firstMs = 500
const longestMs = 30_000

/** A random part, so that daemons that failed together do not come back together, of a time that doubles. */
export class Backoff {
  readonly #random: Random
  #mostMs = firstMs

  constructor(random: Random) {
    this.#random = random
  }

  nextMs(): number {
    const ms = (this.#mostMs * (1 + this.fraction())) / 2
    this.#mostMs = Math.min(2 * this.#mostMs, longestMs)
    return ms
  }

  /** It has gone well. */
  reset(): void {
    this.#mostMs = firstMs
  }

  /** Any number from 0 to 1. */
  fraction(): number {
    const [byte = 0] = this.#random.bytes(1)
    return byte / 255
  }
}
