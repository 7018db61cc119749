/** Time on Node.js. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './host.ts'

export const nodeClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms) => sleep(ms),
}

/** The longest time that setTimeout can wait. */
export const maxTimeoutMs: number = 2 ** 31 - 1
