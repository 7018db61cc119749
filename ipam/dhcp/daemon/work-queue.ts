/** Work that is done one piece after another. */

export class WorkQueue {
  #last: Promise<void> = Promise.resolve()

  /** Does a piece when all before it are done, whatever became of them. */
  async add(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    await done
  }

  /** Settled when everything so far is done. */
  async drain(): Promise<void> {
    await this.#last
  }
}
