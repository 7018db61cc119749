import { expect, test } from 'vitest'
import { FakeClock } from '#test/lab/fake-clock.ts'

test('timers ring at their times while time passes, those of others among them', async () => {
  const clock = new FakeClock()
  const rings: string[] = []
  const ring = (name: string) => rings.push(`${name} at ${clock.monotonicMs()}`)
  clock.startTimer(20, () => ring('second'))
  clock.startTimer(10, () => {
    ring('first')
    void Promise.resolve().then(() => clock.startTimer(5, () => ring('between')))
  })
  clock.startTimer(31, () => ring('never'))
  expect(clock.pendingMs()).toEqual([10, 20, 31])
  await clock.advance(30)
  expect(rings).toEqual(['first at 10', 'between at 15', 'second at 20'])
  expect(clock.monotonicMs()).toBe(30)
})

test('sleeping rings timers as well, and a disposed one does not ring', async () => {
  const clock = new FakeClock()
  const rings: string[] = []
  clock.startTimer(5, () => rings.push('rung'))
  clock.startTimer(5, () => rings.push('disposed'))[Symbol.dispose]()
  await clock.sleep(5)
  await clock.sleep(5)
  expect(rings).toEqual(['rung'])
  expect(clock.sleepsMs).toEqual([5, 5])
})
