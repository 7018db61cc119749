import { expect, test } from 'vitest'
import { Turns } from '#ipam/whereabouts/desk/turns.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const turnsOn = (host: FakeHost, pool = '10.0.0.0-24') => new Turns(host, `/data/turns/${pool}`)

test('nobody has a turn while somebody has one at the same pool', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  host.files.occupyLock('/data/turns/10.0.0.0-24/lock')
  expect(await turnsOn(host).tryTake()).toBeUndefined()
  using other = await turnsOn(host, '10.1.0.0-24').tryTake()
  expect(other).toBeDefined()
})

/** How long who has the next turn has to wait for it; the turn then gives way to others. */
async function waitOf(host: FakeHost, tookMs: number | undefined, pool?: string): Promise<number> {
  const begunMs = host.clock.monotonicMs()
  using turn = await turnsOn(host, pool).tryTake()
  const waitedMs = host.clock.monotonicMs() - begunMs
  await turn?.giveWay(tookMs)
  return waitedMs
}

test('who comes after one that others were in the way of waits for a part of what that took', async () => {
  const random = { bytes: () => Uint8Array.of(128) }
  const host = Object.assign(new FakeHost({ program: 'whereabouts' }), { random })
  expect(await waitOf(host, 1_000)).toBe(0)
  expect(await waitOf(host, undefined)).toBe(500)
  expect(await waitOf(host, undefined, '10.1.0.0-24')).toBe(0)
  expect(await waitOf(host, undefined)).toBe(250)
  await host.clock.advance(200)
  expect(await waitOf(host, undefined)).toBe(0)
})

test('who is served alone waits for nobody', async () => {
  const host = new FakeHost({ program: 'whereabouts' })
  for (let turn = 0; turn < 3; turn += 1) expect(await waitOf(host, undefined)).toBe(0)
  expect(Object.keys(host.files.snapshot())).toEqual(['/data/turns/10.0.0.0-24/lock'])
})

test.each(['1000 99999999', '99999999 0', 'nonsense', ''])(
  'nobody waits for what was said before the machine was booted: %j',
  async (content) => {
    const host = new FakeHost({ program: 'whereabouts' })
    host.files.put('/data/turns/10.0.0.0-24/way', content)
    expect(await waitOf(host, undefined)).toBe(0)
  },
)
