/** What every datastore of addresses promises (ipam/whereabouts/datastore.ts). */

import { beforeEach, describe, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore, Reservation } from '#ipam/whereabouts/datastores/datastore.ts'
import { largestOffset } from '#ipam/whereabouts/pool/allocation-entries.ts'
import type { PoolKey } from '#ipam/whereabouts/pool/pool.ts'
import {
  allocationOf,
  change,
  giveLowest,
  podsIn,
  pool,
  putting,
  reservationOf,
} from '#test/lab/pool-entries.ts'
import { attachmentContract } from './datastore-attachments.ts'

/** A datastore without pools and reservations. */
export interface DatastoreUnderTest {
  /** Opens it as another process would; for the time of a call, which is generous when not given. */
  open(timeMs?: number): Promise<Datastore>
  /** The entries of a pool as somebody else reads them, by their offsets; none of one that is not there. */
  readEntries(key: PoolKey): Promise<Readonly<Record<string, unknown>>>
  /** Adds an entry to a pool that is there, as somebody would who knows more than we do. */
  plantEntry(key: PoolKey, offset: string, entry: unknown): Promise<void>
}

export function datastoreContract(newStore: () => Promise<DatastoreUnderTest>): void {
  let subject: DatastoreUnderTest
  let store: Datastore

  beforeEach(async () => {
    subject = await newStore()
    store = await subject.open()
    return () => store[Symbol.dispose]()
  })

  async function asOthersSee<T>(look: (other: Datastore) => Promise<T>): Promise<T> {
    using other = await subject.open()
    return await look(other)
  }

  test('it answers a probe', async () => {
    await store.probe()
  })

  describe('a pool', () => {
    test('is nothing before somebody writes to it', async () => {
      expect(await store.findPool(pool)).toBeUndefined()
      const seen = await store.updatePool(pool, (taken) => ({ outcome: [...taken] }))
      expect(seen).toEqual([])
    })

    test('has what was put, as others see it, too', async () => {
      const nameless = { ...allocationOf('old'), ifName: '' }
      const put = new Map([...(putting({ 1: 'a', 700: 'b' }).put ?? []), [3n, nameless]])
      await change(store, { put })
      const found = await asOthersSee((other) => other.findPool(pool))
      expect(new Map(found)).toEqual(put)
      expect(await subject.readEntries(pool)).toEqual({
        1: { id: 'id-of-a', podref: 'default/a', ifname: 'net1' },
        3: { id: 'id-of-old', podref: 'default/old' },
        700: { id: 'id-of-b', podref: 'default/b', ifname: 'net1' },
      })
    })

    test('is told to who decides, and gives the outcome of it', async () => {
      await change(store, putting({ 5: 'a' }))
      expect(await store.updatePool(pool, (taken) => ({ outcome: podsIn(taken) }))).toEqual({
        5: 'a',
      })
    })

    test('loses what is dropped, and has what replaces another', async () => {
      await change(store, putting({ 1: 'a', 2: 'b', 3: 'c', 700: 'd' }))
      await change(store, { ...putting({ 2: 'x' }), drop: [3n, 700n] })
      expect(podsIn(await store.findPool(pool))).toEqual({ 1: 'a', 2: 'x' })
    })

    test('passes when what is to be dropped is gone, and may become empty', async () => {
      await change(store, putting({ 1: 'a' }))
      await change(store, { drop: [1n, 2n, 700n] })
      await change(store, { drop: [1n] })
      expect(podsIn(await store.findPool(pool))).toEqual({})
      await change(store, putting({ 1: 'b' }))
      expect(podsIn(await store.findPool(pool))).toEqual({ 1: 'b' })
    })

    test('keeps entries that make no sense to us, and tells nobody of them', async () => {
      await change(store, putting({ 1: 'a', 2: 'b' }))
      await subject.plantEntry(pool, '3', { lease: 'of another kind' })
      await subject.plantEntry(pool, 'network', { lease: 'of another kind' })
      const seen = await store.updatePool(pool, (taken) => {
        return { outcome: podsIn(taken), change: { ...putting({ 4: 'c' }), drop: [1n] } }
      })
      expect(seen).toEqual({ 1: 'a', 2: 'b' })
      const entries = await subject.readEntries(pool)
      expect(Object.keys(entries).sort()).toEqual(['2', '3', '4', 'network'])
      expect(entries.network).toEqual({ lease: 'of another kind' })
    })

    test('stays as it is when nothing is decided, or deciding fails', async () => {
      await change(store, putting({ 1: 'a' }))
      await change(store, {})
      const failure = new Error('this pool is full')
      const refused = store.updatePool(pool, () => {
        throw failure
      })
      await expect(refused).rejects.toBe(failure)
      expect(podsIn(await store.findPool(pool))).toEqual({ 1: 'a' })
    })

    test('is another one for another network, node, or range', async () => {
      const { range } = pool
      const keys: readonly PoolKey[] = [
        pool,
        { range, networkName: 'blue' },
        { range, node: 'node1' },
        { range, networkName: 'blue', node: 'node1' },
        { range: parseIpPrefix('10.0.0.0/8') },
        { range: parseIpPrefix('10.0.0.0/17') },
        { range: parseIpPrefix('fd00::/64') },
        { range: parseIpPrefix('fd00::/65') },
      ]
      for (const [n, key] of keys.entries()) await change(store, putting({ [n]: `p${n}` }), key)
      for (const [n, key] of keys.entries()) {
        expect(podsIn(await store.findPool(key))).toEqual({ [n]: `p${n}` })
      }
    })

    test('has room for every offset there is', async () => {
      const key = { range: parseIpPrefix('fd00:1::/64') }
      const powers = Array.from({ length: 63 }, (_, bits) => 2n ** BigInt(bits))
      const offsets = [0n, ...powers, ...powers.map((power) => power - 1n), largestOffset]
      const pods = Object.fromEntries(offsets.map((offset) => [`${offset}`, `p${offset}`]))
      await change(store, putting(pods), key)
      expect(podsIn(await store.findPool(key))).toEqual(pods)
      await change(store, { drop: [2n ** 40n, largestOffset] }, key)
      const { [`${2n ** 40n}`]: _one, [`${largestOffset}`]: _other, ...left } = pods
      expect(podsIn(await store.findPool(key))).toEqual(left)
    })

    test('has room for thousands of pods, and lets them go again', async () => {
      const offsets = Array.from({ length: 4000 }, (_, n) => n)
      const pods = Object.fromEntries(offsets.map((n) => [n, `pod-${n}`]))
      await change(store, putting(pods))
      expect(podsIn(await store.findPool(pool))).toEqual(pods)
      expect(await giveLowest(store, 'the-next')).toBe(4000n)
      await change(store, { drop: offsets.filter((n) => n % 100 !== 0).map(BigInt) })
      expect(Object.keys(podsIn(await store.findPool(pool)))).toHaveLength(41)
    })

    test('gives those who race for it something different each', async () => {
      const writers = 8
      const each = 8
      const give = async (_: unknown, writer: number) => {
        using own = await subject.open(60_000)
        const given: bigint[] = []
        for (let n = 0; n < each; n += 1) given.push(await giveLowest(own, `pod-${writer}-${n}`))
        return given
      }
      const given = (await Promise.all(Array.from({ length: writers }, give))).flat()
      const all = Array.from({ length: writers * each }, (_, offset) => BigInt(offset))
      expect([...given].sort((a, b) => Number(a - b))).toEqual(all)
      const pods = given.map((offset, n) => [
        `${offset}`,
        `pod-${Math.floor(n / each)}-${n % each}`,
      ])
      expect(podsIn(await store.findPool(pool))).toEqual(Object.fromEntries(pods))
    })
  })

  describe('attachments', () => attachmentContract(() => subject.open()))

  describe('a reservation', () => {
    test('is made once, and again by whom it belongs to', async () => {
      expect(await store.reserve(reservationOf('a'))).toBeUndefined()
      expect(await store.reserve(reservationOf('a'))).toBeUndefined()
      const listed = await asOthersSee((other) => other.listReservations(undefined))
      expect(listed).toEqual(new Map([['10.0.0.7', reservationOf('a')]]))
    })

    test('is in the way of another pod, and of another interface of the pod', async () => {
      await store.reserve(reservationOf('a'))
      for (const other of [reservationOf('b'), { ...reservationOf('a'), ifName: 'net2' }]) {
        expect(await store.reserve(other)).toEqual(reservationOf('a'))
      }
      expect(await store.listReservations(undefined)).toEqual(
        new Map([['10.0.0.7', reservationOf('a')]]),
      )
    })

    test('is given back by whom it belongs to, and to nobody else', async () => {
      await store.reserve(reservationOf('a'))
      await store.unreserve(reservationOf('b'))
      expect(await store.reserve(reservationOf('b'))).toEqual(reservationOf('a'))
      await store.unreserve(reservationOf('a'))
      await store.unreserve(reservationOf('a'))
      expect(await store.listReservations(undefined)).toEqual(new Map())
      expect(await store.reserve(reservationOf('b'))).toBeUndefined()
    })

    test('is another one for each address and each network', async () => {
      const addresses = ['10.0.0.1', '10.0.0.10', '10.0.0.100', 'fd00::', 'fd00::1', 'fd00::1:0']
      const places = [undefined, 'blue', 'green'].flatMap((networkName) =>
        addresses.map((address) => ({ networkName, address })),
      )
      const made = places.map(({ networkName, address }, n) => ({
        ...reservationOf(`pod-${n}`, address),
        ...(networkName !== undefined && { networkName }),
      }))
      for (const each of made) expect(await store.reserve(each)).toBeUndefined()
      const listsOf = async () => {
        const names = [undefined, 'blue', 'green']
        const lists = await Promise.all(names.map((name) => store.listReservations(name)))
        return lists.flatMap((list) => [...list.values()])
      }
      const inOrder = (list: readonly Reservation[]) => list.map(({ podRef }) => podRef).sort()
      expect(inOrder(await listsOf())).toEqual(inOrder(made))
      const [given, ...kept] = made.filter(({ networkName }) => networkName === 'blue')
      if (given !== undefined) await store.unreserve(given)
      const blue = await store.listReservations('blue')
      expect(blue).toEqual(new Map(kept.map((each) => [`${each.address}`, each])))
      expect(await listsOf()).toHaveLength(made.length - 1)
    })

    test('is made by one of those who race for it', async () => {
      const pods = Array.from({ length: 8 }, (_, n) => `pod-${n}`)
      const inTheWay = await Promise.all(
        pods.map((pod) => asOthersSee((other) => other.reserve(reservationOf(pod)))),
      )
      const [made] = (await store.listReservations(undefined)).values()
      const expected = pods.map((pod) => (made?.podRef === `default/${pod}` ? undefined : made))
      expect(inTheWay).toEqual(expected)
    })
  })
}
