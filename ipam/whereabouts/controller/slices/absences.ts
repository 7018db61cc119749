/** Since when nodes have been away. */

import type { Clock } from '#host/host.ts'

/** Only of nodes that somebody asks for: a cluster may have had many. */
export class Absences {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #graceMs: number
  readonly #sinceMs = new Map<string, number>()

  constructor(clock: Pick<Clock, 'monotonicMs'>, graceMs: number) {
    this.#clock = clock
    this.#graceMs = graceMs
  }

  /** The nodes that are there now. */
  see(nodes: ReadonlyMap<string, unknown>): void {
    for (const node of [...this.#sinceMs.keys()]) if (nodes.has(node)) this.#sinceMs.delete(node)
  }

  /** Whether a node that is not there has been away for all of the grace. */
  isLong(node: string): boolean {
    const nowMs = this.#clock.monotonicMs()
    const sinceMs = this.#sinceMs.get(node) ?? nowMs
    this.#sinceMs.set(node, sinceMs)
    return nowMs - sinceMs >= this.#graceMs
  }
}
