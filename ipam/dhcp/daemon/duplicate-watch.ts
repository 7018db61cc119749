/** Looks whether the kernel has found another host with an address of DHCPv6. */

import type { Clock } from '#host/host.ts'

/**
 * Whoever puts an IPv6 address on a link need not wait until neighbours can have objected: a second for
 * an answer, another before the question (RFC 4862 §5.4.2), and time for the address to be put there.
 */
const detectionMs = 4000

export class DuplicateWatch implements Disposable {
  readonly #clock: Clock
  readonly #look: () => void
  #timer: Disposable | undefined

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock
    this.#look = look
  }

  /** Has `look` called when neighbours have had their time, counted from now. */
  start(): void {
    this[Symbol.dispose]()
    this.#timer = this.#clock.startTimer(detectionMs, this.#look)
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
  }
}
