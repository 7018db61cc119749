/** A datastore that nodes share, as the processes of one of them use it. */

import type { Clock } from '#host/host.ts'
import type { Datastore } from './datastore.ts'
import { poolName } from './names.ts'
import type { Turns } from './turns.ts'

/** The same datastore, at whose pools processes that have the same turns work one by one. */
export function takingTurns(datastore: Datastore, turns: Turns, clock: Clock): Datastore {
  return {
    description: datastore.description,
    findPool: (key) => datastore.findPool(key),
    updatePool: async (key, decide) => {
      using turn = await turns.take(poolName(key))
      const begunMs = clock.monotonicMs()
      let attempts = 0
      const outcome = await datastore.updatePool(key, (taken) => {
        attempts += 1
        return decide(taken)
      })
      if (attempts > 1) await turn.giveWay(clock.monotonicMs() - begunMs)
      return outcome
    },
    reserve: (reservation) => datastore.reserve(reservation),
    unreserve: (reservation) => datastore.unreserve(reservation),
    listReservations: (networkName) => datastore.listReservations(networkName),
    findNodeSlices: (name) => datastore.findNodeSlices(name),
    probe: () => datastore.probe(),
    [Symbol.dispose]: () => datastore[Symbol.dispose](),
  }
}
