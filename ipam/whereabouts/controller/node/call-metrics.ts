/** What the plugin's calls on this node have come to. */

import type { Files } from '#host/host.ts'
import {
  type CallCount,
  countsFile,
  countsFileMode,
  readCounts,
} from '#ipam/whereabouts/call-count.ts'
import { type Metric, type Sample, single } from '#ipam/whereabouts/controller/metrics.ts'

/** Upper limits, in milliseconds. */
const buckets = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]
const folderMode = 0o700

/** Counts since it was made, as Prometheus expects it of a program that is started again. */
export class CallMetrics {
  readonly #files: Files
  readonly #dataDir: string
  readonly #ofBuckets = buckets.map(() => 0)
  #calls = 0
  #ms = 0
  #failures = 0
  #retries = 0
  #conflicts = 0

  constructor(files: Files, dataDir: string) {
    this.#files = files
    this.#dataDir = dataDir
  }

  /**
   * Takes what calls have left behind. A file that was taken away is read the next time: a call may be
   * writing to it still.
   *
   * @throws SystemError
   */
  async collect(): Promise<void> {
    const path = countsFile(this.#dataDir)
    const taken = `${path}.taken`
    const text = await this.#files.findText(taken)
    for (const count of readCounts(text ?? '')) this.#add(count)
    if (text !== undefined) await this.#files.remove(taken)
    const status = await this.#files.findStatus(path)
    if (status?.size === 0) return
    if (status !== undefined) await this.#files.move(path, taken)
    await this.#files.ensureDirectory(this.#dataDir, folderMode)
    await this.#files.append(path, '', countsFileMode)
  }

  #add({ ms, retries, conflicts, hasFailed }: CallCount): void {
    this.#calls += 1
    this.#ms += ms
    this.#retries += retries
    this.#conflicts += conflicts
    if (hasFailed) this.#failures += 1
    buckets.forEach((limit, index) => {
      if (ms <= limit) this.#ofBuckets[index] = (this.#ofBuckets[index] ?? 0) + 1
    })
  }

  metrics(): readonly Metric[] {
    const counter = (name: string, help: string, value: number) => {
      return single(`whereabouts_add_${name}_total`, 'counter', { help, value })
    }
    return [
      {
        name: 'whereabouts_add_duration_seconds',
        kind: 'histogram',
        help: 'How long it took to get addresses for an attachment.',
        samples: this.#samples(),
      },
      counter('failures', 'ADDs that failed.', this.#failures),
      counter('retries', 'How often a datastore was asked again.', this.#retries),
      counter('conflicts', 'How often somebody else was faster.', this.#conflicts),
    ]
  }

  #samples(): readonly Sample[] {
    const upTo = (le: string, value: number) => ({ suffix: '_bucket', labels: { le }, value })
    return [
      ...buckets.map((limit, index) => upTo(`${limit / 1_000}`, this.#ofBuckets[index] ?? 0)),
      upTo('+Inf', this.#calls),
      { suffix: '_sum', value: this.#ms / 1_000 },
      { suffix: '_count', value: this.#calls },
    ]
  }
}
