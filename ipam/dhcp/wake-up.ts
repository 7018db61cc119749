/** Being woken at the one moment that a client waits for. */

import type { Ports } from './ports.ts'

/** Timers of some engines take no more than 24 days. */
const longestAlarmMs = 86_400_000

/** Rings at the moment that was set last, or before it when that is far away. */
export class WakeUp {
  readonly #ports: Pick<Ports<unknown>, 'alarms' | 'clock'>
  readonly #ring: () => void
  #alarm: Disposable | undefined

  constructor(ports: Pick<Ports<unknown>, 'alarms' | 'clock'>, ring: () => void) {
    this.#ports = ports
    this.#ring = ring
  }

  get isSet(): boolean {
    return this.#alarm !== undefined
  }

  /** A moment that has passed rings as soon as it can, and none not at all. */
  set(moment: number | undefined): void {
    this.#alarm?.[Symbol.dispose]()
    const { alarms, clock } = this.#ports
    const delayMs = Math.max(0, (moment ?? 0) - clock.monotonicMs())
    this.#alarm =
      moment === undefined
        ? undefined
        : alarms.start(Math.min(delayMs, longestAlarmMs), () => this.#wake())
  }

  #wake(): void {
    this.#alarm = undefined
    this.#ring()
  }
}
