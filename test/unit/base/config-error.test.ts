import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, describeFound, formatConfigPath } from '#base/config-error.ts'

describe('a configuration path', () => {
  test.each([
    [[], ''],
    [['mtu'], 'mtu'],
    [['ipam', 'ranges', 0, 1, 'subnet'], 'ipam.ranges[0][1].subnet'],
    [['cni.dev/valid-attachments', 2, 'ifname'], 'cni.dev/valid-attachments[2].ifname'],
  ])('%j is written as %j', (path, text) => {
    expect(formatConfigPath(path)).toBe(text)
  })
})

describe('a configuration error', () => {
  test('says where, what was expected and what was found', () => {
    const error = new ConfigError(['ipam', 'type'], 'a string', '7')
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toBe('ipam.type: expected a string, found 7')
    expect(error).toMatchObject({ path: 'ipam.type', expected: 'a string', found: '7' })
  })

  test('about the whole configuration calls it so', () => {
    const error = new ConfigError([], 'an object', '[]')
    expect(error.message).toBe('configuration: expected an object, found []')
    expect(error.path).toBe('')
  })
})

describe('a found value', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [true, 'true'],
    [1.5, '1.5'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['', '""'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [[], '[]'],
    [{}, '{}'],
    [[1, [null], 'x'], '[1,[null],"x"]'],
    [{ a: { 'b c': [] }, d: false }, '{"a":{"b c":[]},"d":false}'],
    [10n, '10'],
  ])('%o is described as %s', (value, description) => {
    expect(describeFound(value)).toBe(description)
  })

  test('is described by the beginning of its JSON, 80 characters at most', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const json = JSON.stringify(value)
        const beginning = json.length <= 80 ? json : `${json.slice(0, 80)}…`
        expect(describeFound(value)).toBe(beginning)
      }),
    )
  })

  test('may be nested deeper than the stack', () => {
    let nested: unknown = 'core'
    for (let depth = 0; depth < 200_000; depth += 1) nested = depth % 2 ? [nested] : { a: nested }
    expect(describeFound(nested)).toHaveLength(81)
  })

  test('may be a list or a string of a million', () => {
    expect(describeFound(Array(1_000_000).fill(0))).toBe(`[${'0,'.repeat(39)}0…`)
    expect(describeFound('x'.repeat(1_000_000))).toBe(`"${'x'.repeat(79)}…`)
  })

  test('may contain itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(describeFound(loop)).toBe(`${'['.repeat(80)}…`)
  })
})
