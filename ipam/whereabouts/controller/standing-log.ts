/** What is wrong for some time, told once. */

import type { Log } from '#cni/daemon-log.ts'

export class StandingLog {
  readonly #log: Log
  readonly #about: string
  #told: ReadonlySet<string> = new Set()

  constructor(log: Log, about: string) {
    this.#log = log
    this.#about = about
  }

  /** All that is wrong now; what was so the last time is not told again. */
  tell(texts: readonly string[]): void {
    for (const text of texts) if (!this.#told.has(text)) this.#log(this.#about, text)
    this.#told = new Set(texts)
  }
}
