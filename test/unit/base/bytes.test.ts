import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findUtf8Text, hexOf, utf8Bytes } from '#base/bytes.ts'

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

test('bytes are the text that a decoder makes of them, or none', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decoded = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes)
    } catch {
      return undefined
    }
  }
  const ofTexts = fc.string({ unit: 'grapheme' }).map(utf8Bytes)
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), ofTexts), (bytes) => {
      expect(findUtf8Text(bytes)).toBe(decoded(bytes))
    }),
  )
  const long = new Uint8Array(20_000).fill(0x61)
  expect(findUtf8Text(long)).toBe('a'.repeat(20_000))
})
