/** Time on Node.js. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './host.ts'

const nanosecondsPerMillisecond = 1e6

export const nodeClock: Clock = {
  // Not performance.now(), which counts from the start of this process.
  monotonicMs: () => Number(process.hrtime.bigint()) / nanosecondsPerMillisecond,
  wallMs: () => Date.now(),
  sleep: (ms) => sleep(ms),
  startTimer: (ms, ring) => {
    // setTimeout cuts off what is not whole, and would ring too early.
    const timer = setTimeout(ring, Math.ceil(ms))
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

/** The longest time that setTimeout can wait. */
export const maxTimeoutMs: number = 2 ** 31 - 1
