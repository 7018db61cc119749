/** A clock that only sleeping and the test move. */

import { setImmediate as settled } from 'node:timers/promises'
import type { Clock } from '#host/host.ts'

interface FakeTimer {
  readonly atMs: number
  readonly ring: () => void
}

export class FakeClock implements Clock {
  /** How long each sleep was, oldest first. */
  readonly sleepsMs: number[] = []
  readonly #timers = new Set<FakeTimer>()
  #nowMs = 0

  monotonicMs(): number {
    return this.#nowMs
  }

  wallMs(): number {
    return this.#nowMs
  }

  /** Moves the clock, and rings every timer on the way as `advance` does. */
  sleep(ms: number): Promise<void> {
    this.sleepsMs.push(ms)
    return this.advance(ms)
  }

  startTimer(ms: number, ring: () => void): Disposable {
    const timer: FakeTimer = { atMs: this.#nowMs + ms, ring }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }

  /** In how many milliseconds each timer will ring, the next first. */
  pendingMs(): readonly number[] {
    return this.#inOrder().map(({ atMs }) => atMs - this.#nowMs)
  }

  /**
   * Lets time pass. Every timer that is over by then rings at its own time, those that others start
   * among them, and what one makes ready comes before the next.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    for (;;) {
      const [next] = this.#inOrder()
      if (next === undefined || next.atMs > untilMs) break
      this.#timers.delete(next)
      this.#moveTo(next.atMs)
      next.ring()
      await settled()
    }
    this.#moveTo(untilMs)
  }

  /** Somebody else may have moved it further. */
  #moveTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms)
  }

  /** Of those at the same time the one that was started first. */
  #inOrder(): readonly FakeTimer[] {
    return [...this.#timers].sort((one, other) => one.atMs - other.atMs)
  }
}
