/** A clock that only sleeping moves. */

import type { Clock } from '#host/host.ts'

export class FakeClock implements Clock {
  /** How long each sleep was, oldest first. */
  readonly sleepsMs: number[] = []
  #nowMs = 0

  monotonicMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#nowMs
  }

  async sleep(ms: number): Promise<void> {
    this.sleepsMs.push(ms)
    this.#nowMs += ms
  }
}
