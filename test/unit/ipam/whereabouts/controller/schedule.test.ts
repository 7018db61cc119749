import { setImmediate as settled } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Schedule } from '#ipam/whereabouts/controller/schedule.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'

/** Lets what is due begin before time passes. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  await settled()
  await clock.advance(ms)
  await settled()
}

/** When runs begin that take no time, each followed by so long a wait and so long a rest. */
function follow(schedule: Schedule, clock: FakeClock, [nextMs, restMs]: [number, number]) {
  const runsMs: number[] = []
  const work = async () => {
    while (await schedule.next()) {
      runsMs.push(clock.monotonicMs())
      schedule.putOff(nextMs, restMs)
    }
  }
  return { runsMs, ended: work() }
}

test('runs come at once, and then from time to time', async () => {
  const clock = new FakeClock()
  const schedule = new Schedule(clock)
  const { runsMs } = follow(schedule, clock, [100, 10])
  await pass(clock, 250)
  expect(runsMs).toEqual([0, 100, 200])
})

test('many who want a run soon get one, after the rest', async () => {
  const clock = new FakeClock()
  const schedule = new Schedule(clock)
  const { runsMs } = follow(schedule, clock, [1_000, 50])
  await pass(clock, 5)
  for (let n = 0; n < 10; n++) schedule.hasten(20)
  schedule.hasten(500)
  await pass(clock, 100)
  schedule.hasten(20)
  await pass(clock, 100)
  expect(runsMs).toEqual([0, 50, 125])
})

test('the end lets nobody wait', async () => {
  const clock = new FakeClock()
  const schedule = new Schedule(clock)
  const { runsMs, ended } = follow(schedule, clock, [1_000, 50])
  await pass(clock, 1)
  schedule.end()
  await ended
  expect(runsMs).toEqual([0])
})
