import { expect, test } from 'vitest'
import { Turns } from '#ipam/whereabouts/turns.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const turnsOn = (host: FakeHost, pool = '10.0.0.0-24') => new Turns(host, `/data/turns/${pool}`)

test('nobody has a turn while somebody has one at the same pool', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.occupyLock('/data/turns/10.0.0.0-24/lock')
  expect(await turnsOn(host).tryTake()).toBeUndefined()
  using other = await turnsOn(host, '10.1.0.0-24').tryTake()
  expect(other).toBeDefined()
})

test('who comes after one that others were in the way of waits for a part of what that took', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  const first = await turnsOn(host).tryTake()
  await first?.giveWay(1_000)
  first?.[Symbol.dispose]()
  const begunMs = host.clock.monotonicMs()
  using _second = await turnsOn(host).tryTake()
  const waitedMs = host.clock.monotonicMs() - begunMs
  expect(waitedMs).toBeLessThan(1_000)
  using _other = await turnsOn(host, '10.1.0.0-24').tryTake()
  expect(host.clock.monotonicMs() - begunMs).toBe(waitedMs)
})

test('nobody waits for what a machine said before it was booted', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.put('/data/turns/10.0.0.0-24/pause', '99999999')
  const begunMs = host.clock.monotonicMs()
  using _turn = await turnsOn(host).tryTake()
  expect(host.clock.monotonicMs()).toBe(begunMs)
})
