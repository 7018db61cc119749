import { expect, test } from 'vitest'
import { poll } from '#host/polling.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

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
  const waiting = new FakeHost()
  const { clock } = waiting
  expect(await poll(givingAt(1).attempt, { timeoutMs: 0 }, waiting)).toBe('given')
  expect(clock.sleepsMs).toEqual([])
})

test.each([
  ['longest', 255, [2.9, 4.9, 8.9, 16.9, 32.8, 40.8, 40.8]],
  ['shortest', 0, [1, 1, 1, 1, 1, 1, 1]],
])('pauses grow up to a limit and differ at random: the %s', async (_, byte, pauses) => {
  const { clock } = new FakeHost()
  const random = { bytes: (count: number) => new Uint8Array(count).fill(byte) }
  expect(await poll(() => undefined, { timeoutMs: 1000 }, { clock, random })).toBeUndefined()
  expect(clock.monotonicMs()).toBe(1000)
  const rounded = clock.sleepsMs.slice(0, 7).map((pause) => Math.floor(pause * 10) / 10)
  expect(rounded).toEqual(pauses)
})

test('the last attempt is made when the time is up', async () => {
  const waiting = new FakeHost()
  const { clock } = waiting
  const { attempt, attempts } = givingAt(Number.POSITIVE_INFINITY)
  await poll(attempt, { timeoutMs: 100 }, waiting)
  expect(attempts.made).toBe(clock.sleepsMs.length + 1)
})

test('an attempt may be made of promises, and what it throws is thrown', async () => {
  const { attempt } = givingAt(3)
  expect(await poll(async () => attempt(), { timeoutMs: 1000 }, new FakeHost())).toBe('given')
  const failing = async () => {
    throw new Error('refused')
  }
  await expect(poll(failing, { timeoutMs: 1000 }, new FakeHost())).rejects.toThrow('refused')
})
