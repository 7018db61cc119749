import { expect, test } from 'vitest'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { Turns } from '#ipam/whereabouts/turns.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

function turnsOn(host: FakeHost): Turns {
  return new Turns(host, '/data', new Deadline(host, 1_000))
}

test('one turn at a pool comes after the other', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  const order: string[] = []
  const first = await turnsOn(host).take('10.0.0.0-24')
  const second = turnsOn(host)
    .take('10.0.0.0-24')
    .then(() => order.push('second'))
  using _other = await turnsOn(host).take('10.1.0.0-24')
  order.push('another pool')
  first[Symbol.dispose]()
  await second
  expect(order).toEqual(['another pool', 'second'])
})

test('who waits for too long is told', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.occupyLock('/data/turns/10.0.0.0-24/lock')
  await expect(turnsOn(host).take('10.0.0.0-24')).rejects.toMatchObject({
    failure: 'contended',
    code: 11,
  })
})

test('nobody waits where there is no room for a lock', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.lock = async () => {
    throw fakeError('ENOSPC', 'lock', '/data/turns/10.0.0.0-24/lock')
  }
  using _turn = await turnsOn(host).take('10.0.0.0-24')
})

test('who comes after one that others were in the way of waits for a part of what that took', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  const first = await turnsOn(host).take('10.0.0.0-24')
  await first.giveWay(1_000)
  first[Symbol.dispose]()
  const begunMs = host.clock.monotonicMs()
  using _second = await turnsOn(host).take('10.0.0.0-24')
  const waitedMs = host.clock.monotonicMs() - begunMs
  expect(waitedMs).toBeLessThan(1_000)
  using _other = await turnsOn(host).take('10.1.0.0-24')
  expect(host.clock.monotonicMs() - begunMs).toBe(waitedMs)
})

test('nobody waits for what a machine said before it was booted', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.put('/data/turns/10.0.0.0-24/pause', '99999999')
  const begunMs = host.clock.monotonicMs()
  using _turn = await turnsOn(host).take('10.0.0.0-24')
  expect(host.clock.monotonicMs()).toBe(begunMs)
})
