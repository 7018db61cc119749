import { describe, expect, test } from 'vitest'
import { collectFailures, messageOf } from '#base/collect-failures.ts'

describe('a sweep', () => {
  test('runs every step in order, each after the one before it', async () => {
    const trace: string[] = []
    await collectFailures([
      async () => {
        trace.push('first begins')
        await Promise.resolve()
        trace.push('first ends')
      },
      () => {
        trace.push('second')
      },
    ])
    expect(trace).toEqual(['first begins', 'first ends', 'second'])
  })

  test('goes on after a failure and throws that failure itself', async () => {
    const failure = new Error('busy')
    let reached = false
    const sweep = collectFailures([
      () => {
        throw failure
      },
      () => {
        reached = true
      },
    ])
    await expect(sweep).rejects.toBe(failure)
    expect(reached).toBe(true)
  })

  test('reports all failures together when there are several', async () => {
    const first = new Error('busy')
    const second = new Error('gone')
    const sweep = collectFailures([
      () => Promise.reject(first),
      () => undefined,
      () => {
        throw second
      },
    ])
    const thrown = await sweep.catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(AggregateError)
    expect(thrown).toMatchObject({ message: 'busy; gone', errors: [first, second] })
  })

  test('of no steps succeeds', async () => {
    await expect(collectFailures([])).resolves.toBeUndefined()
  })
})

test('messageOf gives the message of an error and the text of anything else', () => {
  expect(messageOf(new TypeError('odd'))).toBe('odd')
  expect(messageOf('thrown text')).toBe('thrown text')
  expect(messageOf(undefined)).toBe('undefined')
})
