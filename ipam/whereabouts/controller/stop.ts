/** The end of a daemon, as those who wait for something else hear of it. */

import type { Clock } from '#host/host.ts'

export class Stop {
  readonly #clock: Pick<Clock, 'startTimer'>
  readonly #listeners = new Set<() => void>()
  #isOver = false

  constructor(clock: Pick<Clock, 'startTimer'>) {
    this.#clock = clock
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Tells everybody who listens, and those who come later. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const listener of [...this.#listeners]) listener()
  }

  /** Calls once when it is the end, unless disposed before. */
  onEnd(listener: () => void): Disposable {
    if (this.#isOver) listener()
    else this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Waits so long, or until the end. */
  async wait(ms: number): Promise<void> {
    let goOn = () => {}
    const over = new Promise<void>((resolve) => {
      goOn = resolve
    })
    using _timer = this.#clock.startTimer(ms, goOn)
    using _end = this.onEnd(goOn)
    await over
  }
}
