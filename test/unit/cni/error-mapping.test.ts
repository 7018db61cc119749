import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { ConfigError } from '#base/config-error.ts'
import { Rollback } from '#base/rollback.ts'
import { SystemError } from '#base/system-error.ts'
import { toCniError } from '#cni/error-mapping.ts'
import { fakeError } from '#test/lab/fake-errors.ts'

function told(thrown: unknown, command = 'ADD') {
  const { code, msg, details } = toCniError(thrown, command)
  return { code, msg, details }
}

const busy = fakeError('EBUSY', 'move link', 'eth0')
const exhausted = new CniError(11, 'no address is left', 'all 5 are taken')

describe('the code', () => {
  test.each([
    ['a CniError', exhausted, 11, 11],
    ['a ConfigError', new ConfigError(['mtu'], 'a number', '"x"'), 7, 7],
    ['EAGAIN', fakeError('EAGAIN', 'read', 'x'), 11, 50],
    ['EBUSY', busy, 11, 50],
    ['ETIMEDOUT', fakeError('ETIMEDOUT', 'lock', 'x'), 11, 50],
    ['ENODEV', fakeError('ENODEV', 'find link', 'x'), 999, 999],
    ['an Error', new Error('oops'), 999, 999],
    ['what is no error', 'oops', 999, 999],
    ['nothing', undefined, 999, 999],
  ] as const)('of %s', (...[, thrown, code, statusCode]) => {
    expect(told(thrown).code).toBe(code)
    expect(told(thrown, 'STATUS').code).toBe(statusCode)
  })

  test('of a failure that wraps another is that of the outermost one with a row', () => {
    const facts = { operation: 'o', object: 'x', errno: 16, code: 'EBUSY', text: 'busy' }
    const refusal = new SystemError(facts, { cause: new ConfigError(['a'], 'b', 'c') })
    expect(told(new Error('add net1', { cause: refusal })).code).toBe(11)
  })
})

describe('the message', () => {
  test('of an error with a code of its own is its own, however deep it lies', () => {
    const deep = new Error('outer', { cause: new Error('middle', { cause: exhausted }) })
    const { code, msg, details } = exhausted
    expect(told(deep)).toEqual({ code, msg, details })
  })

  test('is that of the outermost failure, the causes it does not tell are details', () => {
    const cause = new Error('undo: EBUSY device or resource busy', { cause: new Error('deepest') })
    const outer = new Error('outermost', { cause })
    expect(told(outer)).toEqual({
      code: 999,
      msg: 'outermost',
      details: 'undo: EBUSY device or resource busy; deepest',
    })
  })

  test('that repeats its cause has no details', () => {
    const outer = new Error(`add net1: ${busy.message}`, { cause: busy })
    expect(told(outer)).toEqual({ code: 11, msg: outer.message, details: undefined })
  })

  test.each([
    ['oops', 'oops'],
    [undefined, 'undefined'],
    [new Error(''), 'an error without a message was thrown'],
  ])('of %j is never empty', (thrown, msg) => {
    expect(told(thrown).msg).toBe(msg)
  })

  test('of a failure that is its own cause ends', () => {
    const circular = new Error('circular')
    circular.cause = circular
    expect(told(circular)).toEqual({ code: 999, msg: 'circular', details: undefined })
  })
})

describe('of several failures', () => {
  test('the first decides, the others are details', () => {
    const several = new AggregateError([busy, exhausted, new Error('three')], 'joined')
    expect(told(several)).toEqual({
      code: 11,
      msg: busy.message,
      details: 'no address is left; all 5 are taken; three',
    })
  })

  test('the first decides behind a cause as well', () => {
    const wrapped = new Error('sweep', { cause: new AggregateError([exhausted, busy], 'joined') })
    const details = `all 5 are taken; ${busy.message}`
    expect(told(wrapped)).toEqual({ code: 11, msg: 'no address is left', details })
  })

  test('an empty list of failures tells its own message', () => {
    expect(told(new AggregateError([], 'none'))).toMatchObject({ code: 999, msg: 'none' })
  })

  test('what had to be undone decides, what could not be undone is details', async () => {
    const undo = async () => {
      await using rollback = new Rollback()
      rollback.did('create link net1', () => {
        throw new CniError(4, 'one')
      })
      rollback.did('reserve an address', () => {
        throw new CniError(5, 'two')
      })
      throw exhausted
    }
    const failure: unknown = await undo().catch((error: unknown) => error)
    expect(told(failure)).toEqual({
      code: 11,
      msg: 'no address is left',
      details:
        'all 5 are taken; undo reserve an address: CniError: two; undo create link net1: CniError: one',
    })
  })

  test('nested scopes keep the first failure first', async () => {
    const undo = async () => {
      await using outer = new Rollback()
      outer.did('a', () => {
        throw new Error('outer undo')
      })
      await using inner = new Rollback()
      inner.did('b', () => {
        throw new Error('inner undo')
      })
      throw busy
    }
    const failure: unknown = await undo().catch((error: unknown) => error)
    expect(told(failure)).toEqual({
      code: 11,
      msg: busy.message,
      details: 'undo a: Error: outer undo; undo b: Error: inner undo',
    })
  })
})
