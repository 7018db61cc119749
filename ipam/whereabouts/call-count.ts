/** How ADDs go on this node, left behind by each for whoever counts them. */

import type { Host } from '#host/host.ts'
import type { Deadline } from './deadline.ts'

export interface CallCount {
  readonly ms: number
  /** How often others were faster. */
  readonly conflicts: number
  /** How often a server was asked again because it did not answer, or would not. */
  readonly retries: number
  readonly hasFailed: boolean
}

/** Whoever counts makes the file, and takes it away with what is in it; without it nothing is counted. */
export function countsFile(dataDir: string): string {
  return `${dataDir}/calls`
}

export const countsFileMode = 0o600

/** Nobody counts any more where it has become larger, in bytes. */
const largestFile = 2 ** 20

export interface CountSite {
  readonly host: Pick<Host, 'files' | 'clock'>
  readonly dataDir: string
  readonly deadline: Pick<Deadline, 'pauses'>
}

/** Does the work, and adds a line to the file. @throws SystemError, and what `work` throws */
export async function countCall<T>(
  { host, dataDir, deadline }: CountSite,
  work: () => Promise<T>,
): Promise<T> {
  const { files, clock } = host
  const path = countsFile(dataDir)
  const status = await files.findStatus(path)
  if (status === undefined || status.size > largestFile) return await work()
  const startMs = clock.monotonicMs()
  let hasFailed = true
  try {
    const outcome = await work()
    hasFailed = false
    return outcome
  } finally {
    const { conflict: conflicts, trouble: retries } = deadline.pauses
    const count = { ms: clock.monotonicMs() - startMs, conflicts, retries, hasFailed }
    // A count that is lost is nobody's obstacle.
    await files.append(path, formatCount(count), countsFileMode).catch(() => {})
  }
}

function formatCount({ ms, conflicts, retries, hasFailed }: CallCount): string {
  return `${Math.round(ms)} ${conflicts} ${retries} ${hasFailed ? 'failed' : 'done'}\n`
}

/** Lines that are no counts are passed over. */
export function readCounts(text: string): readonly CallCount[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([0-9]{1,9}) ([0-9]{1,9}) ([0-9]{1,9}) (done|failed)$/.exec(line)
    if (found === null) return []
    const [, ms, conflicts, retries, end] = found
    const [count, failed] = [[ms, conflicts, retries].map(Number), end === 'failed']
    return [
      { ms: count[0] ?? 0, conflicts: count[1] ?? 0, retries: count[2] ?? 0, hasFailed: failed },
    ]
  })
}
