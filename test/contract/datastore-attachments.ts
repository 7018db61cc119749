/** What attachments come to in every datastore of addresses, also when those who make them die. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { direct } from '#ipam/whereabouts/desk/node-datastore.ts'
import type { AttachmentRecord } from '#ipam/whereabouts/ledger/attachment-record.ts'
import { giveBack } from '#ipam/whereabouts/ledger/give-back.ts'
import { Ledger } from '#ipam/whereabouts/ledger/ledger.ts'
import { poolOf } from '#ipam/whereabouts/pool/pools-of.ts'
import { completeRange } from '#ipam/whereabouts/ranges/ranges.ts'
import { takeAddress } from '#ipam/whereabouts/take-address.ts'
import { dying, isDone } from '#test/lab/dying.ts'
import { allocationOf, podsIn } from '#test/lab/pool-entries.ts'

/** It gives 10.0.0.1 to 10.0.0.6. */
const range = completeRange({ path: [], range: '10.0.0.0/29', exclude: [] })
const pool = poolOf(undefined, range)

/** @param openStore opens the datastore of the test, as another process would */
export function attachmentContract(openStore: () => Promise<Datastore>): void {
  let store: Datastore
  let ledger: Ledger

  beforeEach(async () => {
    store = await openStore()
    const folder = mkdtempSync(join(tmpdir(), 'netwright-ledger-'))
    ledger = new Ledger(nodeHost().files, folder)
    return () => {
      store[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    }
  })

  function recordOf(pod: string): AttachmentRecord {
    const whose = { ...allocationOf(pod), network: 'lan', datastore: 'the one of the test' }
    return { ...whose, pools: [pool], reservations: {}, reuseDelayMs: 0, addresses: [] }
  }

  async function add(pod: string, through = store): Promise<string> {
    const holder = recordOf(pod)
    await ledger.write('attached', holder)
    const order = { datastore: direct(through), holder, looksAfterOverlap: true, nowMs: 0 }
    return `${await takeAddress(order, { range, wanted: undefined })}`
  }

  async function del(pod: string, through = store): Promise<void> {
    const record = (await ledger.find('attached', allocationOf(pod))) ?? recordOf(pod)
    await giveBack({ datastore: direct(through), ledger, nowMs: 0 }, record)
  }

  /** Who has what, by the pool and by the reservations. */
  async function held() {
    const reservations = [...(await store.listReservations(undefined)).values()]
    const reserved = reservations.map(({ address, podRef }) => [
      `${address.value - range.subnet.address.value}`,
      podRef.replace('default/', ''),
    ])
    const allocated = podsIn(await store.findPool(pool))
    return { allocated, reserved: Object.fromEntries(reserved) }
  }

  const both = (pods: Readonly<Record<string, string>>) => ({ allocated: pods, reserved: pods })

  /** Has `act` die after every number of calls, until it comes to its end; returns how many those are. */
  async function afterEachDeath(
    act: (store: Datastore) => Promise<unknown>,
    verify: () => Promise<void>,
  ): Promise<number> {
    for (let calls = 0; ; calls += 1) {
      const isFinished = await isDone(act(dying(store, calls)))
      await verify()
      if (isFinished) return calls
    }
  }

  test('a range that is full gives nothing, and again what was given back', async () => {
    const pods = Array.from({ length: 6 }, (_, n) => `pod-${n}`)
    for (const [n, pod] of pods.entries()) expect(await add(pod)).toBe(`10.0.0.${n + 1}`)
    const full = { code: 11, message: expect.stringContaining('all 6 addresses are taken') }
    await expect(add('late')).rejects.toMatchObject(full)
    await del('pod-3')
    expect(await add('late')).toBe('10.0.0.4')
    await expect(add('later')).rejects.toMatchObject(full)
  })

  test('a range whose addresses others have through another one gives nothing', async () => {
    const wide = { range: parseIpPrefix('10.0.0.0/16') }
    for (const offset of [1n, 2n, 3n, 4n, 5n, 6n]) {
      const holder = allocationOf(`wide-${offset}`)
      const put = new Map([[offset, holder]])
      await store.updatePool(wide, () => ({ outcome: undefined, change: { put } }))
      const address = parseIpPrefix(`10.0.0.${offset}/32`).address
      await store.reserve({ address, podRef: holder.podRef, ifName: holder.ifName })
    }
    await expect(add('late')).rejects.toMatchObject({
      code: 11,
      message: expect.stringContaining('6 of them through other ranges'),
    })
    await del('late')
    expect((await held()).allocated).toEqual({})
  })

  test('what an ADD took that died is nobody else’s until DEL', async () => {
    await add('first')
    const steps = await afterEachDeath(
      (mortal) => add('dead', mortal),
      async () => {
        const offset = (await add('next')).replace('10.0.0.', '')
        expect(await held()).toMatchObject(both({ 1: 'first', [offset]: 'next' }))
        await del('dead')
        expect(await held()).toEqual(both({ 1: 'first', [offset]: 'next' }))
        await del('next')
      },
    )
    expect(steps).toBe(2)
  })

  test('what a DEL left that died is freed by the next one', async () => {
    await add('first')
    const steps = await afterEachDeath(
      async (mortal) => {
        await add('dead')
        await del('dead', mortal)
      },
      async () => {
        await del('dead')
        expect(await held()).toEqual(both({ 1: 'first' }))
      },
    )
    expect(steps).toBe(3)
  })
}
