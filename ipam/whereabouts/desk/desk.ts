/** Whoever has the turn at a pool does what others on the node wait for as well, in one write. */

import { isSystemError } from '#base/system-error.ts'
import type { Attachment } from '#cni/network-config.ts'
import type { Host } from '#host/host.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import type { Deadline } from '#ipam/whereabouts/deadline.ts'
import { allocate } from '#ipam/whereabouts/pool/allocation.ts'
import { ChangedAllocations } from '#ipam/whereabouts/pool/changed-allocations.ts'
import { free } from '#ipam/whereabouts/pool/freeing.ts'
import type { Allocations, PoolDecision, PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import type { PoolAnswer, PoolOrder, Slip } from './order-text.ts'
import { Slips } from './slips.ts'
import { type Turn, Turns } from './turns.ts'

export interface DeskSite {
  readonly host: Pick<Host, 'files' | 'clock' | 'random' | 'processId'>
  readonly datastore: Datastore
  readonly deadline: Deadline
  /** That the processes of the node share for this pool. */
  readonly folder: string
}

/** So many are served at a time: who has the turn waits for its own answer as well. */
const mostOthers = 32
/** Whoever has less time left may have gone before it is served. */
const leastTimeMs = 1_000
/** How long somebody who is being served waits beyond its time: as long as a server may take. */
const longestServiceMs = 15_000
const shortestPauseMs = 5
const longestPauseMs = 40

/** An order that was taken, and its name. */
type Waiting = readonly [string, Slip]

export class Desk {
  readonly #site: DeskSite
  readonly #turns: Turns
  readonly #slips: Slips

  constructor(site: DeskSite) {
    this.#site = site
    this.#turns = new Turns(site.host, site.folder)
    this.#slips = new Slips(site.host.files, site.folder)
  }

  /**
   * Does what is asked of the pool, or has it done by whoever has the turn.
   *
   * @throws DatastoreError
   */
  async ask(key: PoolKey, order: PoolOrder): Promise<PoolAnswer> {
    const turn = await this.#tryTurn()
    if (turn !== undefined) return await this.#serve(key, order, turn)
    const name = Slips.nameOf(attachmentOf(order), this.#site.host.processId)
    const { deadline, host } = this.#site
    const untilMs = host.clock.monotonicMs() + deadline.remainingMs
    await this.#slips.leave(name, { order, untilMs })
    const served = await this.#wait(name)
    if ('answer' in served) return served.answer
    await this.#slips.forget(name)
    return await this.#serve(key, order, served.turn)
  }

  /** A turn that is nobody's where a disk has no room for one: other nodes do not wait for us either. */
  async #tryTurn(): Promise<Turn | undefined> {
    try {
      return await this.#turns.tryTake()
    } catch (failure) {
      if (!isSystemError(failure, 'ENOSPC', 'EDQUOT', 'EROFS')) throw failure
      return { giveWay: async () => {}, [Symbol.dispose]: () => {} }
    }
  }

  /** Until there is an answer, or a turn. @throws DatastoreError when the time is over */
  async #wait(name: string): Promise<{ answer: PoolAnswer } | { turn: Turn }> {
    const { clock } = this.#site.host
    for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      await clock.sleep(pauseMs)
      const answer = await this.#slips.findAnswer(name)
      if (answer !== undefined) return { answer }
      const turn = await this.#tryTurn()
      if (turn !== undefined) return await this.#lookAgain(name, turn)
      await this.#endInTime(name)
    }
  }

  /** Whoever had the turn before may have answered on the way out. */
  async #lookAgain(name: string, turn: Turn): Promise<{ answer: PoolAnswer } | { turn: Turn }> {
    const answer = await this.#slips.findAnswer(name)
    if (answer === undefined) return { turn }
    turn[Symbol.dispose]()
    return { answer }
  }

  /** Whoever is being served waits for that: to go would be to leave what it is given. */
  async #endInTime(name: string): Promise<void> {
    const { deadline, folder } = this.#site
    if (!deadline.isOver) return
    const isServed = !(await this.#slips.takeBack(name))
    if (isServed && deadline.overdueMs < longestServiceMs) return
    await this.#slips.forget(name)
    const text = `take a turn in ${folder}: other processes of this node had theirs all the time`
    throw new DatastoreError('contended', text)
  }

  async #serve(key: PoolKey, order: PoolOrder, turn: Turn): Promise<PoolAnswer> {
    using _turn = turn
    const { datastore, deadline, host } = this.#site
    const others: Waiting[] = []
    const begunMs = host.clock.monotonicMs()
    const conflicts = deadline.pauses.conflict
    try {
      const answers = await datastore.updatePool(key, async (taken) => {
        // Also those who have come while other nodes were faster.
        others.push(...(await this.#takeOthers(mostOthers - others.length)))
        return decideAll(taken, [order, ...others.map(([, slip]) => slip.order)])
      })
      const isInTheWay = deadline.pauses.conflict > conflicts
      await turn.giveWay(isInTheWay ? host.clock.monotonicMs() - begunMs : undefined)
      const [own, ...rest] = answers
      for (const [index, [name]] of others.entries()) await this.#tell(name, rest[index])
      if (own === undefined) throw new RangeError('an order without an answer')
      return own
    } catch (failure) {
      if (failure instanceof DatastoreError) await this.#tellOf(failure, others)
      throw failure
    }
  }

  /** Others may have more time than we had. */
  async #tellOf({ failure, msg: message }: DatastoreError, others: readonly Waiting[]) {
    const isLate = failure === 'contended' || this.#site.deadline.isOver
    for (const [name] of others) {
      if (isLate) await this.#slips.putBack(name)
      else await this.#tell(name, { kind: 'failed', failure, message })
    }
  }

  async #tell(name: string, answer: PoolAnswer | undefined): Promise<void> {
    if (answer !== undefined) await this.#slips.answer(name, answer)
  }

  /** Those who still wait. */
  async #takeOthers(most: number): Promise<readonly Waiting[]> {
    const { clock } = this.#site.host
    const waiting: Waiting[] = []
    for (const [name, slip] of await this.#slips.take(most)) {
      if (slip.untilMs - clock.monotonicMs() > leastTimeMs) waiting.push([name, slip])
      else await this.#slips.forget(name)
    }
    return waiting
  }
}

function attachmentOf({ kind, order }: PoolOrder): Attachment {
  return kind === 'free' ? order : order.holder
}

function decideAll(
  taken: Allocations,
  orders: readonly PoolOrder[],
): PoolDecision<readonly PoolAnswer[]> {
  const pool = new ChangedAllocations(taken)
  const outcome = orders.map((order) => {
    const { outcome: answer, change } = decide(pool, order)
    if (change !== undefined) pool.apply(change)
    return answer
  })
  const { change } = pool
  return change === undefined ? { outcome } : { outcome, change }
}

function decide(taken: Allocations, { kind, order }: PoolOrder): PoolDecision<PoolAnswer> {
  if (kind === 'free') {
    const { outcome, ...rest } = free(taken, order)
    return { outcome: { kind: 'freed', freed: outcome }, ...rest }
  }
  const { outcome, ...rest } = allocate(taken, order)
  return { outcome: { kind: 'answer', answer: outcome }, ...rest }
}
