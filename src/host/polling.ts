/** Waiting for what nothing tells of. */

import type { Host } from './host.ts'

/** Pauses grow and are random, so that many who wait neither spin nor march in step. */
const firstPauseMs = 2
const longestPauseMs = 40

/** What waiting takes. */
export type Waiting = Pick<Host, 'clock' | 'random'>

/** What `attempt` gives as soon as it gives anything, or nothing when it does not in time. */
export async function poll<T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  { timeoutMs }: { readonly timeoutMs: number },
  { clock, random }: Waiting,
): Promise<T | undefined> {
  const deadlineMs = clock.monotonicMs() + timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const given = await attempt()
    if (given !== undefined) return given
    const leftMs = deadlineMs - clock.monotonicMs()
    if (leftMs <= 0) return undefined
    // The host's numbers, not Math.random, so that tests can choose them.
    const [byte = 0] = random.bytes(1)
    await clock.sleep(Math.min(leftMs, 1 + (byte / 256) * pauseMs))
  }
}
