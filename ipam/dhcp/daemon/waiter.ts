/** Waiting for several things, or for the first that fails. */

export class Waiter<T> {
  /** Settled once, when all are done or one has failed. */
  readonly whenDone: Promise<void>
  readonly #left: Set<T>
  #resolve = (): void => {}
  #reject = (_: unknown): void => {}

  constructor(all: Iterable<T>) {
    this.#left = new Set(all)
    this.whenDone = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever waits is told, and there may be nobody yet.
    this.whenDone.catch(() => {})
  }

  done(one: T): void {
    this.#left.delete(one)
    if (this.#left.size === 0) this.#resolve()
  }

  fail(error: unknown): void {
    this.#reject(error)
  }
}
