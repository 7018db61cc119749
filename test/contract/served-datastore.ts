/** What datastores promise that are servers, on a wire in the test's hand. */

import { beforeEach, expect, test } from 'vitest'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { change, giveLowest, podsIn, pool, putting, reservationOf } from '#test/lab/pool-entries.ts'

/** A datastore without pools and reservations, and a wire to its server. */
export interface ServedDatastoreUnderTest {
  /** Opens it at the end of the wire; for the time of a call, which is generous when not given. */
  open(timeMs?: number): Promise<Datastore>
  /** Opens it as somebody does who has no need of the wire. */
  openBeside(): Promise<Datastore>
  readonly wire: {
    /** Ends every conversation, and each that begins, until `mend`. */
    cut(): void
    mend(): void
    /** Has the server do what the next request for a change wants, and nobody hear of it. */
    loseNextAnswer(): void
    /** Has requests for changes wait for `action`, each time. */
    beforeChanges(action: () => Promise<void>): void
  }
}

/** Too little to outlast anything, and enough to try. */
const shortMs = 2_000

export function servedDatastoreContract(newStore: () => Promise<ServedDatastoreUnderTest>): void {
  let subject: ServedDatastoreUnderTest
  let store: Datastore
  let rival: Datastore

  beforeEach(async () => {
    subject = await newStore()
    store = await subject.open()
    rival = await subject.openBeside()
    return () => {
      store[Symbol.dispose]()
      rival[Symbol.dispose]()
    }
  })

  test('every method gives up when nobody answers, and says so', async () => {
    subject.wire.cut()
    const methods: readonly ((store: Datastore) => Promise<unknown>)[] = [
      (hasty) => hasty.probe(),
      (hasty) => hasty.findPool(pool),
      (hasty) => giveLowest(hasty, 'a'),
      (hasty) => hasty.reserve(reservationOf('a')),
      (hasty) => hasty.unreserve(reservationOf('a')),
      (hasty) => hasty.listReservations(undefined),
    ]
    const attempt = async (method: (typeof methods)[number]) => {
      using hasty = await subject.open(shortMs)
      await expect(method(hasty)).rejects.toMatchObject({
        name: 'DatastoreError',
        failure: 'unreachable',
        message: expect.stringContaining('127.0.0.1'),
      })
    }
    await Promise.all(methods.map(attempt))
  })

  test('nothing is asked for when the time is over', async () => {
    using late = await subject.open(0)
    let isAsked = false
    const update = late.updatePool(pool, () => {
      isAsked = true
      return { outcome: undefined, change: putting({ 1: 'a' }) }
    })
    await expect(update).rejects.toMatchObject({ name: 'DatastoreError', failure: 'unreachable' })
    expect(isAsked).toBe(false)
  })

  test('a wire that is mended in time is as if it had not been cut', async () => {
    await giveLowest(store, 'a')
    subject.wire.cut()
    const given = giveLowest(store, 'b')
    subject.wire.mend()
    expect(await given).toBe(1n)
    expect(podsIn(await rival.findPool(pool))).toEqual({ 0: 'a', 1: 'b' })
  })

  test('a change whose answer was lost is made once', async () => {
    subject.wire.loseNextAnswer()
    expect(await giveLowest(store, 'a')).toBe(0n)
    subject.wire.loseNextAnswer()
    expect(await giveLowest(store, 'b')).toBe(1n)
    expect(podsIn(await rival.findPool(pool))).toEqual({ 0: 'a', 1: 'b' })
    subject.wire.loseNextAnswer()
    await change(store, { drop: [0n, 1n] })
    expect(podsIn(await rival.findPool(pool))).toEqual({})
  })

  test('a reservation whose answer was lost is made, and given back', async () => {
    subject.wire.loseNextAnswer()
    expect(await store.reserve(reservationOf('a'))).toBeUndefined()
    expect(await rival.reserve(reservationOf('b'))).toEqual(reservationOf('a'))
    subject.wire.loseNextAnswer()
    await store.unreserve(reservationOf('a'))
    expect(await rival.listReservations(undefined)).toEqual(new Map())
  })

  test('who decides is asked again when somebody else was faster', async () => {
    let isRivalDone = false
    subject.wire.beforeChanges(async () => {
      if (!isRivalDone) await giveLowest(rival, 'rival')
      isRivalDone = true
    })
    const seen: unknown[] = []
    await store.updatePool(pool, (taken) => {
      seen.push(podsIn(taken))
      return { outcome: undefined, change: putting({ [taken.size]: 'a' }) }
    })
    expect(seen).toEqual([{}, { 0: 'rival' }])
    expect(podsIn(await rival.findPool(pool))).toEqual({ 0: 'rival', 1: 'a' })
  })

  test('an offset that somebody has freed meanwhile does not come back', async () => {
    await change(rival, putting({ 0: 'x', 1: 'y' }))
    let isRivalDone = false
    subject.wire.beforeChanges(async () => {
      if (!isRivalDone) await change(rival, { drop: [0n, 1n] })
      isRivalDone = true
    })
    await change(store, putting({ 2: 'a' }))
    expect(podsIn(await rival.findPool(pool))).toEqual({ 2: 'a' })
  })

  test('it gives up, and changes nothing, when somebody else is faster each time', async () => {
    let attempts = 0
    subject.wire.beforeChanges(async () => {
      attempts += 1
      await giveLowest(rival, `rival-${attempts}`)
    })
    using hasty = await subject.open(shortMs)
    await expect(giveLowest(hasty, 'a')).rejects.toMatchObject({
      name: 'DatastoreError',
      failure: 'contended',
    })
    expect(attempts).toBeGreaterThan(0)
    expect(Object.values(podsIn(await rival.findPool(pool)))).not.toContain('a')
  })
}
