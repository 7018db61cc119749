import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findMac, parseMac } from '#ip/mac.ts'

const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 })

function hexadecimal(value: Uint8Array, separator: string): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(separator)
}

describe('a hardware address', () => {
  test.each([
    '02:42:ac:11:00:02',
    '02:42:AC:11:00:02',
    '02-42-ac-11-00-02',
    '0242.ac11.0002',
    '0242.AC11.0002',
  ])('is read from %s', (text) => {
    expect(parseMac(text)).toBe('02:42:ac:11:00:02')
  })

  test('is the same value however it is written', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const canonical = hexadecimal(value, ':')
        const dotted = hexadecimal(value, '').replace(/(....)(....)(....)/, '$1.$2.$3')
        const forms = [canonical, hexadecimal(value, '-'), dotted]
        for (const text of forms.flatMap((form) => [form, form.toUpperCase()])) {
          expect(findMac(text)).toBe(canonical)
        }
      }),
    )
  })

  test.each([
    '',
    '02:42:ac:11:00',
    '02:42:ac:11:00:02:03',
    '02:42:ac:11:00:02:03:04',
    '02:42:ac:11:00:2',
    '02:42:ac:11:00:0g',
    '02:42-ac:11-00:02',
    '0242ac110002',
    '0242.ac11:0002',
    '0242:ac11:0002',
    ' 02:42:ac:11:00:02',
    '02:42:ac:11:00:02\n',
    '02:42:ac:11:00:0²',
  ])('is not %j', (text) => {
    expect(findMac(text)).toBeUndefined()
  })

  test('that cannot be parsed is quoted, shortened', () => {
    expect(() => parseMac('02:42')).toThrow(new SyntaxError('invalid hardware address "02:42"'))
    expect(() => parseMac('02:'.repeat(1_000_000))).toThrow(/^invalid hardware address ".{79}…$/)
  })
})
