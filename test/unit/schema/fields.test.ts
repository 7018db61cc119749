import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import { IpAddress } from '#ip/address.ts'
import { IpPrefix } from '#ip/prefix.ts'
import {
  anything,
  flag,
  interfaceName,
  ipAddress,
  ipPrefix,
  listOf,
  mac,
  mapOf,
  nonEmptyText,
  oneOf,
  text,
  wholeNumber,
} from '#schema/fields.ts'
import { fields, optional, readConfig, type Schema, withDefault } from '#schema/schema.ts'

const modes = ['bridge', 'private', 'vepa', 'passthru'] as const

/** Every kind of value, what it accepts, what it refuses, and how it says what it expects. */
const kinds: readonly [Schema<unknown>, string, readonly unknown[], readonly unknown[]][] = [
  [ipAddress(), 'an IPv4 or IPv6 address', ['10.1.2.3', '::1'], ['', '10.1.2.3/24', 10, {}]],
  [
    ipPrefix(),
    'an IPv4 or IPv6 prefix such as 10.1.2.0/24',
    ['10.1.2.3/24', '::/0'],
    ['', '10.1.2.3', '10.1.2.3/33', 24, ['10.1.2.3/24']],
  ],
  [
    mac(),
    'a hardware address such as 02:42:ac:11:00:02',
    ['02:42:ac:11:00:02', '0242.AC11.0002'],
    ['', '02:42:ac:11:00', 2],
  ],
  [
    wholeNumber(0, 4294967295),
    'a whole number from 0 to 4294967295',
    [0, 1500, 4294967295],
    [-1, 4294967296, 1.5, '1500', true, Number.POSITIVE_INFINITY],
  ],
  [text(), 'a string', ['', 'x'], [0, false, [], {}]],
  [nonEmptyText(), 'a string that is not empty', ['x', ' '], ['', 0]],
  [flag(), 'true or false', [true, false], [0, 1, 'true', '']],
  [oneOf(...modes), 'one of bridge, private, vepa, passthru', modes, ['', 'Bridge', 0, ['vepa']]],
  [oneOf('macvlan'), 'macvlan', ['macvlan'], ['macvlan ', null]],
  [
    interfaceName(),
    'an interface name (1 to 15 bytes without slash, colon or white space)',
    ['net1'],
    ['', 'a/b', 7],
  ],
  [listOf(text()), 'a list', [[], ['x']], ['x', {}, 1]],
  [mapOf(text()), 'an object', [{}, { a: 'b' }], ['x', [], 1]],
  [fields({ a: optional(text()) }), 'an object', [{}, { a: 'b' }], ['x', [], 1]],
]

describe('a value of a key', () => {
  test.each(kinds)('%#: is what it says', (...kind) => {
    const [schema, expected, accepted, refused] = kind
    for (const raw of accepted) expect(() => readConfig(schema, raw)).not.toThrow()
    for (const raw of [...refused, null, undefined]) {
      expect(() => readConfig(schema, raw)).toThrow(ConfigError)
      expect(() => readConfig(schema, raw)).toThrow(`configuration: expected ${expected}, found `)
    }
  })

  test('is refused in words of its own, never in those of the schema library', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.jsonValue(), ([schema], raw) => {
        try {
          readConfig(schema, raw)
        } catch (error) {
          expect(String(error)).not.toMatch(/[Ii]nvalid|[Rr]eceived|Object|Array/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('addresses', () => {
  test('are read as values', () => {
    expect(readConfig(ipAddress(), '10.1.2.3')).toEqual(new IpAddress(4, 0x0a010203n))
    expect(readConfig(mac(), '02-42-AC-11-00-02')).toBe('02:42:ac:11:00:02')
  })

  test('of a prefix keep their host bits', () => {
    const prefix = readConfig(ipPrefix(), '10.1.2.3/24')
    expect(prefix).toEqual(new IpPrefix(new IpAddress(4, 0x0a010203n), 24))
  })

  test('that are empty count as missing where they are optional', () => {
    const schema = fields({ gateway: optional(ipAddress()), mac: optional(mac()) })
    expect(Object.keys(readConfig(schema, { gateway: '', mac: '' }))).toEqual([])
  })

  test('that are empty yield the default', () => {
    const fallback = new IpAddress(4, 1n)
    const schema = fields({ gateway: withDefault(ipAddress(), fallback) })
    expect(readConfig(schema, { gateway: '' }).gateway).toBe(fallback)
  })

  test('that are empty are missing where they are required', () => {
    const schema = fields({ gateway: ipAddress() })
    expect(() => readConfig(schema, { gateway: '' })).toThrow(
      'gateway: expected an IPv4 or IPv6 address, found nothing',
    )
  })

  test('of a prefix may not be empty, nor may other texts vanish', () => {
    expect(() => readConfig(fields({ dst: optional(ipPrefix()) }), { dst: '' })).toThrow('found ""')
    expect(readConfig(fields({ domain: optional(text()) }), { domain: '' })).toEqual({ domain: '' })
  })
})

describe('lists', () => {
  test('name the position of what is wrong', () => {
    expect(() => readConfig(listOf(ipAddress()), ['10.1.2.3', ''], ['ips'])).toThrow(
      'ips[1]: expected an IPv4 or IPv6 address, found ""',
    )
  })

  test('may not hold null', () => {
    expect(() => readConfig(listOf(text()), [null], ['search'])).toThrow(
      'search[0]: expected a string, found null',
    )
  })
})

describe('maps', () => {
  test('take their keys as they are spelled', () => {
    const map = readConfig(mapOf(text()), { 'net.core.x': '1', 'Net.core.x': '2' })
    expect([...map]).toEqual([
      ['net.core.x', '1'],
      ['Net.core.x', '2'],
    ])
  })

  test('lack the keys that hold null', () => {
    expect([...readConfig(mapOf(flag()), { mac: true, ips: null })]).toEqual([['mac', true]])
  })

  test('take __proto__ for a key like any other', () => {
    const map = readConfig(mapOf(text()), JSON.parse('{"__proto__":"x"}'))
    expect(map.get('__proto__')).toBe('x')
  })

  test('name the key whose value is wrong', () => {
    expect(() => readConfig(mapOf(flag()), { mac: 'yes' }, ['capabilities'])).toThrow(
      'capabilities.mac: expected true or false, found "yes"',
    )
  })
})

test('anything is passed through', () => {
  const raw = { deep: [null] }
  expect(readConfig(fields({ prevResult: anything() }), { PrevResult: raw }).prevResult).toBe(raw)
})
