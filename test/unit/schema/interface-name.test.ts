import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInterfaceName, isLinkName } from '#schema/interface-name.ts'

// SPEC 1.1.0 "Parameters" names no set of characters; this is what the reference refuses.
const whiteSpace =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009' +
  '\u200a\u2028\u2029\u202f\u205f\u3000'

describe('an interface name', () => {
  test.each(['e', 'net1', 'eth0.100', '...', 'x@y', '15-bytes-long-x', 'ééééééé', '網路介面一'])(
    'may be %j',
    (name) => {
      expect(isInterfaceName(name)).toBe(true)
    },
  )

  test.each([
    '',
    '.',
    '..',
    'a/b',
    '/',
    'eth0:1',
    'a\0b',
    '16-bytes-long-xx',
    'éééééééé',
    '網路介面一二',
  ])('may not be %j', (name) => {
    expect(isInterfaceName(name)).toBe(false)
  })

  test('has no white space anywhere', () => {
    for (const space of whiteSpace) {
      expect([space, isInterfaceName(`a${space}b`)]).toEqual([space, false])
      expect([space, isInterfaceName(space)]).toEqual([space, false])
    }
  })

  test('has at most 15 bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 18 }), (name) => {
        const fits = new TextEncoder().encode(name).length <= 15
        const isPlain = name !== '.' && name !== '..' && !/[/:]|\p{White_Space}/u.test(name)
        expect(isInterfaceName(name)).toBe(fits && isPlain)
      }),
      { numRuns: 500 },
    )
  })
})
describe('a name to look a link up by', () => {
  test.each(['eth0', 'eth0:1', '.', 'x'.repeat(127)])('may be %j', (name) => {
    expect(isLinkName(name)).toBe(true)
  })

  test.each(['', 'a/b', 'a b', 'a\0b', 'x'.repeat(128)])('may not be %j', (name) => {
    expect(isLinkName(name)).toBe(false)
  })
})
