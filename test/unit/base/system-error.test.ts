import { describe, expect, test } from 'vitest'
import { isSystemError, SystemError } from '#base/system-error.ts'

const facts = {
  operation: 'create link',
  object: 'net1 (macvlan on eth0)',
  errno: 17,
  code: 'EEXIST',
  text: 'file exists',
}

describe('a system error', () => {
  test('says what was attempted, on what, and why it was refused', () => {
    const error = new SystemError(facts)
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toBe('create link net1 (macvlan on eth0): EEXIST file exists')
    expect(error).toMatchObject({ operation: 'create link', errno: 17, code: 'EEXIST' })
    expect(error.object).toBe('net1 (macvlan on eth0)')
    expect(error.detail).toBeUndefined()
  })

  test('ends with what else the kernel said', () => {
    const error = new SystemError({ ...facts, detail: 'Name already in use' })
    expect(error.message).toMatch(/: EEXIST file exists — Name already in use$/)
    expect(error.detail).toBe('Name already in use')
  })

  test('keeps its cause', () => {
    const cause = new Error('deeper')
    expect(new SystemError(facts, { cause }).cause).toBe(cause)
  })
})

describe('isSystemError', () => {
  test('knows any system error when no code is asked for', () => {
    expect(isSystemError(new SystemError(facts))).toBe(true)
  })

  test('knows the codes it is asked for', () => {
    expect(isSystemError(new SystemError(facts), 'ENOENT', 'EEXIST')).toBe(true)
    expect(isSystemError(new SystemError(facts), 'ENOENT')).toBe(false)
  })

  test.each([undefined, null, 'EEXIST', { code: 'EEXIST' }, new Error('EEXIST')])(
    'does not take %o for one',
    (thrown) => {
      expect(isSystemError(thrown)).toBe(false)
    },
  )
})
