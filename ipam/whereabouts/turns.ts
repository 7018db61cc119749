/** Processes of one node take turns at a pool: at a time they would only be in each other's way. */

import { isSystemError } from '#base/system-error.ts'
import type { Files } from '#host/host.ts'
import type { Datastore } from './datastore.ts'
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
  readonly #files: Files
  readonly #folder: string
  readonly #deadline: Deadline

  /** @param folder where the processes of the node meet */
  constructor(files: Files, folder: string, deadline: Deadline) {
    this.#files = files
    this.#folder = folder
    this.#deadline = deadline
  }

  /**
   * Waits until nobody else on this node has a turn at the pool of this name; disposing ends the turn.
   * A disk without room is no reason to wait for anything: other nodes do not wait for us either.
   *
   * @throws SystemError, `ETIMEDOUT` when the time of the call is over
   */
  async take(pool: string): Promise<Disposable> {
    const folder = `${this.#folder}/turns`
    try {
      await this.#files.ensureDirectory(folder, folderMode)
      const request = { mode: lockMode, timeoutMs: this.#deadline.remainingMs }
      return await this.#files.lock(`${folder}/${pool}`, request)
    } catch (failure) {
      if (!isSystemError(failure, 'ENOSPC', 'EDQUOT', 'EROFS')) throw failure
      return { [Symbol.dispose]: () => {} }
    }
  }
}
