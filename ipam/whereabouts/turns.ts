/** Processes of one node take turns at a pool: at a time they would only be in each other's way. */

import { isSystemError } from '#base/system-error.ts'
import type { Host } from '#host/host.ts'
import type { Datastore } from './datastore.ts'
import { DatastoreError } from './datastore-error.ts'
import type { Deadline } from './deadline.ts'
import { poolName } from './names.ts'

const folderMode = 0o700
const lockMode = 0o600

/** The same datastore, at whose pools processes of the node that have the same turns work one by one. */
export function takingTurns(datastore: Datastore, turns: Turns): Datastore {
  return {
    description: datastore.description,
    findPool: (key) => datastore.findPool(key),
    updatePool: async (key, decide) => {
      using _turn = await turns.take(poolName(key))
      return await datastore.updatePool(key, decide)
    },
    reserve: (reservation) => datastore.reserve(reservation),
    unreserve: (reservation) => datastore.unreserve(reservation),
    listReservations: (networkName) => datastore.listReservations(networkName),
    findNodeSlices: (name) => datastore.findNodeSlices(name),
    probe: () => datastore.probe(),
    [Symbol.dispose]: () => datastore[Symbol.dispose](),
  }
}

export class Turns {
  readonly #host: Pick<Host, 'files' | 'clock'>
  readonly #folder: string
  readonly #deadline: Deadline

  /** @param folder where the processes of the node meet */
  constructor(host: Pick<Host, 'files' | 'clock'>, folder: string, deadline: Deadline) {
    this.#host = host
    this.#folder = folder
    this.#deadline = deadline
  }

  /**
   * Waits until nobody else on this node has a turn at the pool of this name; disposing ends the turn.
   * A disk without room is no reason to wait for anything: other nodes do not wait for us either.
   *
   * @throws DatastoreError, `contended` when the time of the call is over
   */
  async take(pool: string): Promise<Disposable> {
    const folder = `${this.#folder}/turns`
    try {
      await this.#host.files.ensureDirectory(folder, folderMode)
      return await this.#lock(`${folder}/${pool}`)
    } catch (failure) {
      if (!isSystemError(failure, 'ENOSPC', 'EDQUOT', 'EROFS')) throw failure
      return { [Symbol.dispose]: () => {} }
    }
  }

  /** Who has waited longest looks most often, and so is nearly always the next. */
  async #lock(path: string): Promise<Disposable> {
    const { files, clock } = this.#host
    const begunMs = clock.monotonicMs()
    for (;;) {
      const lock = await unlessLocked(() => files.lock(path, { mode: lockMode, timeoutMs: 0 }))
      if (lock !== undefined) return lock
      const waitedMs = clock.monotonicMs() - begunMs
      if (this.#deadline.isOver) throw outOfTime(path, waitedMs)
      const pauseMs = Math.max(shortestPauseMs, longestPauseMs - waitedMs / impatience)
      await clock.sleep(Math.min(pauseMs, this.#deadline.remainingMs))
    }
  }
}

const longestPauseMs = 40
const shortestPauseMs = 2
/** How many milliseconds of waiting make a pause one shorter. */
const impatience = 100

async function unlessLocked(lock: () => Promise<Disposable>): Promise<Disposable | undefined> {
  try {
    return await lock()
  } catch (failure) {
    if (isSystemError(failure, 'ETIMEDOUT')) return undefined
    throw failure
  }
}

function outOfTime(path: string, waitedMs: number): DatastoreError {
  const seconds = Math.round(waitedMs / 1_000)
  const text = `take a turn at ${path}: other processes of this node had theirs for ${seconds} s`
  return new DatastoreError('contended', text)
}
