import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hexOf, utf8Bytes } from '#base/bytes.ts'

test('a text has the bytes that an encoder gives it, also with halves of surrogate pairs', () => {
  const encoder = new TextEncoder()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Bytes(text)).toEqual(encoder.encode(text))
    }),
  )
  for (const text of ['', 'a\u007f\u0080\u07ff\u0800\uffff😀', '\ud83d', 'a\udc00b']) {
    expect(utf8Bytes(text)).toEqual(encoder.encode(text))
  }
})

test('bytes are told as two digits each, with what is wanted between them', () => {
  const bytes = Uint8Array.of(0, 0x0a, 0xff)
  expect(hexOf(bytes)).toBe('000aff')
  expect(hexOf(bytes, ':')).toBe('00:0a:ff')
  expect(hexOf(Uint8Array.of())).toBe('')
})
