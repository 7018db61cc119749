/** When the next of several runs is. */

import type { Clock } from '#host/host.ts'

/** The longest time that every engine can wait. */
const longestMs = 2 ** 31 - 1

/**
 * Runs are wanted sooner or later, and have a rest between them: what causes a hundred of them at a
 * time causes one.
 */
export class Schedule {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'startTimer'>
  #dueMs: number
  #notBeforeMs: number
  #isOver = false
  #changed: () => void = () => {}

  constructor(clock: Pick<Clock, 'monotonicMs' | 'startTimer'>) {
    this.#clock = clock
    this.#dueMs = clock.monotonicMs()
    this.#notBeforeMs = this.#dueMs
  }

  /** Wants a run in so many milliseconds at the latest. */
  hasten(ms: number): void {
    const dueMs = this.#clock.monotonicMs() + ms
    if (dueMs >= this.#dueMs) return
    this.#dueMs = dueMs
    this.#changed()
  }

  /** Wants the next run so late, and none before `restMs` are over; others may want it sooner. */
  putOff(ms: number, restMs: number): void {
    const nowMs = this.#clock.monotonicMs()
    this.#dueMs = nowMs + ms
    this.#notBeforeMs = nowMs + restMs
  }

  /** No more runs. */
  end(): void {
    this.#isOver = true
    this.#changed()
  }

  /** Waits until a run is due; returns whether there is one. */
  async next(): Promise<boolean> {
    while (!this.#isOver) {
      const ms = Math.max(this.#dueMs, this.#notBeforeMs) - this.#clock.monotonicMs()
      if (ms <= 0) return true
      await this.#waitForChange(Math.min(ms, longestMs))
    }
    return false
  }

  async #waitForChange(ms: number): Promise<void> {
    let goOn = () => {}
    const changed = new Promise<void>((resolve) => {
      goOn = resolve
    })
    this.#changed = goOn
    using _timer = this.#clock.startTimer(Math.ceil(ms), goOn)
    await changed
  }
}
