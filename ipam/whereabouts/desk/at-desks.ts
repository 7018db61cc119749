/** A datastore that nodes share, as the processes of one of them use it: together. */

import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { poolName } from '#ipam/whereabouts/pool/names.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import { Desk, type DeskSite } from './desk.ts'
import { type NodeDatastore, others } from './node-datastore.ts'
import type { PoolAnswer } from './order-text.ts'

/** @param site its folder has one for each pool */
export function atDesks(site: DeskSite): NodeDatastore {
  const deskOf = (key: PoolKey) => new Desk({ ...site, folder: `${site.folder}/${poolName(key)}` })
  return {
    ...others(site.datastore),
    allocate: async (key, order) => {
      const answer = await deskOf(key).ask(key, { kind: 'allocate', order })
      if (answer.kind === 'answer') return answer.answer
      throw failed(answer)
    },
    free: async (key, order) => {
      const answer = await deskOf(key).ask(key, { kind: 'free', order })
      if (answer.kind === 'freed') return answer.freed
      throw failed(answer)
    },
  }
}

/** What whoever asked for us was told. */
function failed(answer: PoolAnswer): Error {
  if (answer.kind === 'failed') return new DatastoreError(answer.failure, answer.message)
  return new TypeError(`an answer to another question: ${answer.kind}`)
}
