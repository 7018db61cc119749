/** What a daemon says of itself. */

import type { Clock, Streams } from '#host/host.ts'

/** Says one line about something; never fails. */
export type Log = (about: string, text: string) => void

/** Lines on standard error, each with the time, one after another. */
export function logTo(streams: Streams, clock: Pick<Clock, 'wallMs'>): Log {
  let last: Promise<void> = Promise.resolve()
  return (about, text) => {
    const time = new Date(clock.wallMs()).toISOString()
    const line = `${time} ${about}: ${text.replace(/\s*\n\s*/g, ' ')}\n`
    // Nobody is left to tell when even this cannot be written.
    last = last.then(() => streams.writeDiagnostic(line)).catch(() => {})
  }
}
