/** Why a process was not left to its end. */

/** Whoever runs a process asks it for both at the end: each may have come while the other was dealt with. */
export class PrematureEnd {
  readonly #stop: () => void
  #failure: unknown
  #timedOut = false

  /** @param stop ends the process, and every wait for it */
  constructor(stop: () => void) {
    this.#stop = stop
  }

  get timedOut(): boolean {
    return this.#timedOut
  }

  /** Its time is up. */
  expire(): void {
    this.#timedOut = true
    this.#stop()
  }

  /** There is no use in what it does any more. */
  abandon(failure: unknown): void {
    this.#failure ??= failure
    this.#stop()
  }

  /** @throws the first failure, if there was one */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
