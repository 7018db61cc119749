/** Time that passes when a test says so, chance, and the story of what has happened. */

import { expect } from 'vitest'
import type { Random } from '#host/host.ts'
import type { Alarms } from '#ipam/dhcp/ports.ts'

interface Timer {
  readonly owner: 'client' | 'other'
  readonly atMs: number
  readonly ring: () => void
}

export class FakeWorld {
  /** All that was sent and all that became of leases: `4 DHCPDISCOVER`; the number is seconds. */
  readonly story: string[] = []
  /** The first byte of what is random: 0x80 is the middle. */
  chance = 0x80
  nowMs = 0
  readonly #timers = new Set<Timer>()
  #randoms = 0

  /** What has happened since the last time. */
  news(): readonly string[] {
    return this.story.splice(0)
  }

  /** Lets time pass, in which everything happens that is due. */
  pass(seconds: number): this {
    const untilMs = this.nowMs + seconds * 1000
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.ring()
    }
    this.nowMs = untilMs
    return this
  }

  /** Whether the client waits for a moment. */
  get hasAlarm(): boolean {
    return [...this.#timers].some(({ owner }) => owner === 'client')
  }

  protected readonly clock: { monotonicMs(): number } = { monotonicMs: () => this.nowMs }

  protected readonly random: Random = {
    bytes: (count) => {
      this.#randoms += 1
      return Uint8Array.from({ length: count }, (_, index) =>
        index === 0 ? this.chance : index === count - 1 ? this.#randoms & 255 : 0,
      )
    },
  }

  /** The client's. */
  protected readonly alarms: Alarms = {
    start: (delayMs, ring) => {
      // Timers of Node.js take no more.
      expect(delayMs).toBeLessThan(2 ** 31)
      const timer: Timer = { owner: 'client', atMs: this.nowMs + delayMs, ring }
      this.#timers.add(timer)
      return { [Symbol.dispose]: () => this.#timers.delete(timer) }
    },
  }

  protected later(delayMs: number, ring: () => void): void {
    this.#timers.add({ owner: 'other', atMs: this.nowMs + delayMs, ring })
  }

  protected tell(what: string): void {
    this.story.push(`${Math.round(this.nowMs / 100) / 10} ${what}`)
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs)
    return due.sort((a, b) => a.atMs - b.atMs)[0]
  }
}
