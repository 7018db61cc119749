import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64Of, findBase64Bytes } from '#base/base64.ts'

test('bytes are in base64 what Node.js makes of them, and the same bytes again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('base64')
      expect(base64Of(bytes)).toBe(text)
      expect(findBase64Bytes(text)).toEqual(bytes)
    }),
  )
})

test.for(['A', 'AA', 'AAA', 'AA=A', '=AAA', 'A===', '====', 'AA==AAAA', 'AA\n=', 'A-_A', 'AAAé'])(
  '%j is not base64',
  (text) => {
    expect(findBase64Bytes(text)).toBeUndefined()
  },
)
