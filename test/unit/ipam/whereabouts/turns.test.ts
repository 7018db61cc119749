import { expect, test } from 'vitest'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { Turns } from '#ipam/whereabouts/turns.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

function turnsOn(host: FakeHost): Turns {
  return new Turns(host.files, '/data', new Deadline(host, 1_000))
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
  host.files.occupyLock('/data/turns/10.0.0.0-24')
  await expect(turnsOn(host).take('10.0.0.0-24')).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

test('nobody waits where there is no room for a lock', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.lock = async () => {
    throw fakeError('ENOSPC', 'lock', '/data/turns/10.0.0.0-24')
  }
  using _turn = await turnsOn(host).take('10.0.0.0-24')
})
