/** The time that a call has for everything that it asks of others. */

import type { Clock, Random } from '#host/host.ts'

/** How long a single answer may take: a server that hangs is not to use up all the time. */
const longestAnswerMs = 10_000

/** `conflict`: somebody else was faster; `trouble`: a server did not answer, or would not. */
type PauseReason = 'conflict' | 'trouble'

export class Deadline {
  readonly #clock: Clock
  readonly #random: Random
  readonly #endMs: number
  readonly #pauses = { conflict: 0, trouble: 0 }

  constructor({ clock, random }: { clock: Clock; random: Random }, ms: number) {
    this.#clock = clock
    this.#random = random
    this.#endMs = clock.monotonicMs() + ms
  }

  /** How often an attempt has failed so far, by the reason. */
  get pauses(): Readonly<Record<PauseReason, number>> {
    return this.#pauses
  }

  /** 0 when it is over. */
  get remainingMs(): number {
    return Math.max(0, this.#endMs - this.#clock.monotonicMs())
  }

  get isOver(): boolean {
    return this.remainingMs === 0
  }

  /** For how long it has been over. */
  get overdueMs(): number {
    return Math.max(0, this.#clock.monotonicMs() - this.#endMs)
  }

  /** What one request may take, at least a millisecond, so that it fails as one that took too long. */
  get answerMs(): number {
    return Math.max(1, Math.min(longestAnswerMs, this.remainingMs))
  }

  /**
   * Waits before the next attempt after `failures` of them, at least 1: a random part of a time that
   * doubles with each of them. After some failures it begins anew, so that who has just come has no
   * advantage for long.
   *
   * @returns whether there is time for another attempt
   */
  async pause(failures: number): Promise<boolean> {
    this.#pauses.trouble += 1
    return await this.#wait(failures, { firstMs: firstPauseMs, longestMs: longestPauseMs })
  }

  /**
   * The same after somebody else was faster, so that those who got in each other's way do so no more. It
   * begins with what the attempt itself took, in milliseconds: those who try meanwhile are in its way.
   */
  async giveWay(failures: number, attemptMs: number): Promise<boolean> {
    this.#pauses.conflict += 1
    const firstMs = Math.max(firstPauseMs, attemptMs)
    return await this.#wait(failures, { firstMs, longestMs: longestWayMs })
  }

  async #wait(
    failures: number,
    { firstMs, longestMs }: { readonly firstMs: number; readonly longestMs: number },
  ): Promise<boolean> {
    const longest = Math.min(firstMs * 2 ** ((failures - 1) % pausesOfRound), longestMs)
    const ms = longest * this.#fraction()
    if (ms >= this.remainingMs) return false
    await this.#clock.sleep(ms)
    return true
  }

  #fraction(): number {
    const [byte = 0] = this.#random.bytes(1)
    return (byte + 1) / 256
  }
}

const firstPauseMs = 10
const pausesOfRound = 6
const longestPauseMs = 2_000
/** Less than those wait who have just been served: who has waited for long has better chances than they. */
const longestWayMs = 1_000
