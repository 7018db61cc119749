import { expect, test } from 'vitest'
import { poll } from '#host/polling.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'

/** Gives something at the attempt of this number, and counts the attempts. */
function givingAt(number: number) {
  const attempts = { made: 0 }
  const attempt = (): string | undefined => {
    attempts.made += 1
    return attempts.made >= number ? 'given' : undefined
  }
  return { attempt, attempts }
}

test('what is there at once is not waited for', async () => {
  const clock = new FakeClock()
  expect(await poll(givingAt(1).attempt, { timeoutMs: 0 }, clock)).toBe('given')
  expect(clock.sleepsMs).toEqual([])
})

test('pauses grow up to a limit and are never longer than the rest of the time', async () => {
  const clock = new FakeClock()
  expect(await poll(() => undefined, { timeoutMs: 1000 }, clock)).toBeUndefined()
  expect(clock.monotonicMs()).toBe(1000)
  const longest = [3, 5, 9, 17, 33, 41]
  clock.sleepsMs.forEach((pause, index) => {
    expect(pause).toBeLessThanOrEqual(longest[index] ?? 41)
  })
  expect(clock.sleepsMs.slice(0, -1).every((pause) => pause >= 1)).toBe(true)
  expect(Math.max(...clock.sleepsMs)).toBeGreaterThan(17)
})

test('the last attempt is made when the time is up', async () => {
  const clock = new FakeClock()
  const { attempt, attempts } = givingAt(Number.POSITIVE_INFINITY)
  await poll(attempt, { timeoutMs: 100 }, clock)
  expect(attempts.made).toBe(clock.sleepsMs.length + 1)
})

test('an attempt may be made of promises, and what it throws is thrown', async () => {
  const { attempt } = givingAt(3)
  expect(await poll(async () => attempt(), { timeoutMs: 1000 }, new FakeClock())).toBe('given')
  const failing = async () => {
    throw new Error('refused')
  }
  await expect(poll(failing, { timeoutMs: 1000 }, new FakeClock())).rejects.toThrow('refused')
})
