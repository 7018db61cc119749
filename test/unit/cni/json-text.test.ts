import { expect, test } from 'vitest'
import { formatCompactJson, formatJson, sortKeys } from '#cni/json-text.ts'

test('JSON is printed with four spaces and no newline at its end', () => {
  const value = { a: 1, none: undefined, list: ['x', { b: true }], empty: {}, nothing: [] }
  expect(formatJson(value)).toBe(
    [
      '{',
      '    "a": 1,',
      '    "list": [',
      '        "x",',
      '        {',
      '            "b": true',
      '        }',
      '    ],',
      '    "empty": {},',
      '    "nothing": []',
      '}',
    ].join('\n'),
  )
})

test('characters that mean something in HTML or JavaScript are escaped', () => {
  const value = { '<&>': '\u2028"\u2029\\' }
  const text = '{"\\u003c\\u0026\\u003e":"\\u2028\\"\\u2029\\\\"}'
  expect(formatCompactJson(value)).toBe(text)
  expect(JSON.parse(text)).toEqual(value)
})

test('keys are sorted bytewise at every level, lists keep their order', () => {
  const sorted = sortKeys({ b: [{ d: 1, c: 2 }, 'z', 'y'], a: null, B: { y: 1, x: undefined } })
  expect(formatCompactJson(sorted)).toBe('{"B":{"y":1},"a":null,"b":[{"c":2,"d":1},"z","y"]}')
})
