import { describe, expect, test } from 'vitest'
import { CniError, cniErrorCodes } from '#base/cni-error.ts'

describe('a CNI error', () => {
  test('joins its message and its details as a runtime prints them', () => {
    const error = new CniError(cniErrorCodes.invalidConfig, 'no such mode', 'mode: sideways')
    expect(error.message).toBe('no such mode; mode: sideways')
    expect(error).toMatchObject({ code: 7, msg: 'no such mode', details: 'mode: sideways' })
  })

  test.each([undefined, ''])('with %j for details has none', (details) => {
    const error = new CniError(11, 'try later', details)
    expect(error.message).toBe('try later')
    expect(error.details).toBeUndefined()
  })

  test('keeps its cause', () => {
    const cause = new Error('deeper')
    expect(new CniError(999, 'odd', '', { cause }).cause).toBe(cause)
  })
})
