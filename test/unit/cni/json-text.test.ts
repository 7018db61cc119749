import { expect, test } from 'vitest'
import { formatCompactJson, formatJson, formatOrderedJson } from '#cni/json-text.ts'

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

test('keys come in the order that is asked for, at every level; lists keep theirs', () => {
  const value = { b: [{ d: 1, c: 2 }, 'z', 'y'], other: 1, a: null, c: { d: undefined, b: [] } }
  expect(JSON.parse(formatOrderedJson(value, ['a', 'b', 'c', 'd']))).toEqual({
    a: null,
    b: [{ c: 2, d: 1 }, 'z', 'y'],
    c: { b: [] },
  })
  expect(formatOrderedJson(value, ['a', 'b', 'c', 'd']).replaceAll(/\s/g, '')).toBe(
    '{"a":null,"b":[{"c":2,"d":1},"z","y"],"c":{"b":[]}}',
  )
})
