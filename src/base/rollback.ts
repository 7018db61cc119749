/** What to undo when a later step fails. */

import { withCause } from './cause.ts'

interface Deed {
  readonly what: string
  readonly undo: () => unknown
}

/**
 * The deeds of an operation so far, each with its undoing.
 *
 * `await using undo = new Rollback()`; after each step that changed the world
 * `undo.did('create link net1', () => sandbox.removeLink('net1'))`; `undo.commit()` last. Leaving
 * the scope without `commit` undoes everything, newest first. Every undoing is tried; those that
 * fail are reported together in an `AggregateError`, which the language attaches to the first error
 * (`SuppressedError`) instead of replacing it.
 */
export class Rollback implements AsyncDisposable {
  #deeds: Deed[] = []

  /** Notes that `what` was done and how to undo it. */
  did(what: string, undo: () => unknown): void {
    this.#deeds.push({ what, undo })
  }

  /** Keeps everything that was done. */
  commit(): void {
    this.#deeds = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: Error[] = []
    for (let deed = this.#deeds.pop(); deed !== undefined; deed = this.#deeds.pop()) {
      try {
        await deed.undo()
      } catch (cause) {
        failures.push(withCause(new Error(`undo ${deed.what}: ${String(cause)}`), cause))
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '))
    }
  }
}
