/** What ends with the work that it is for, or with the daemon. */

import type { Stop } from '#ipam/whereabouts/controller/stop.ts'

export class Hold<T extends Disposable> implements Disposable {
  readonly held: T
  readonly #end: Disposable

  constructor(held: T, stop: Stop) {
    this.held = held
    this.#end = stop.onEnd(() => held[Symbol.dispose]())
  }

  [Symbol.dispose](): void {
    this.#end[Symbol.dispose]()
    this.held[Symbol.dispose]()
  }
}
