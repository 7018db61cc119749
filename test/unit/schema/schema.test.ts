import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '#base/config-error.ts'
import type { IpPrefix } from '#ip/prefix.ts'
import { flag, ipAddress, ipPrefix, listOf, text, wholeNumber } from '#schema/fields.ts'
import { fields, type Infer, optional, readConfig, withDefault } from '#schema/schema.ts'

interface BridgeConfig {
  readonly bridge: string
  readonly mtu?: number
  readonly ipam: { readonly ranges?: readonly (readonly { readonly subnet: IpPrefix }[])[] }
}

function readBridgeConfig(raw: unknown): BridgeConfig {
  const range = fields({ subnet: ipPrefix() })
  const config = fields({
    bridge: withDefault(text(), 'cni0'),
    mtu: optional(wholeNumber(0, 65535)),
    ipam: fields({ ranges: optional(listOf(listOf(range))) }),
  })
  return readConfig(config, raw)
}

function failure(read: () => unknown): ConfigError {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('keys', () => {
  test('match in any case, at every level', () => {
    const raw = { BRIDGE: 'br0', Mtu: 1400, IPAM: { Ranges: [[{ SubNet: '10.1.2.0/24' }]] } }
    const config = readBridgeConfig(raw)
    expect(config).toMatchObject({ bridge: 'br0', mtu: 1400 })
    expect(String(config.ipam.ranges?.[0]?.[0]?.subnet)).toBe('10.1.2.0/24')
  })

  test.each([
    ['{"mtu":1,"MTU":2}', 2],
    ['{"MTU":2,"mtu":1}', 1],
    ['{"MTU":2,"mtu":1,"mTu":3}', 3],
  ])('that are spelled twice hold what the last spelling says: %s', (json, mtu) => {
    expect(readConfig(fields({ mtu: wholeNumber(0, 9) }), JSON.parse(json))).toEqual({ mtu })
  })

  test('match as Go folds them: the long s, the Kelvin sign, but no Turkish i', () => {
    const schema = fields({ mask: optional(text()), ip: optional(text()) })
    expect(readConfig(schema, { 'ma\u017f\u212a': 'x', '\u0130P': 'y', '\u0131p': 'z' })).toEqual({
      mask: 'x',
    })
  })

  test('that are unknown are ignored', () => {
    const config = readBridgeConfig({ ipam: { dataDir: 1 }, 'cni.dev/x': [] })
    expect(Object.keys(config)).toEqual(['bridge', 'ipam'])
    expect(Object.keys(config.ipam)).toEqual([])
  })

  test('that hold null are absent', () => {
    const config = readBridgeConfig({ bridge: null, mtu: null, ipam: { ranges: null } })
    expect(config).toEqual({ bridge: 'cni0', ipam: {} })
    expect(Object.keys(config)).not.toContain('mtu')
  })

  test('that hold null do not hide another spelling', () => {
    expect(readBridgeConfig({ bridge: 'br0', Bridge: null, ipam: {} }).bridge).toBe('br0')
  })

  test('with dots and slashes are ordinary keys', () => {
    const schema = fields({ 'cni.dev/valid-attachments': listOf(fields({ ifname: text() })) })
    const raw = { 'CNI.dev/Valid-Attachments': [{ ifName: 'a' }, { ifname: 1 }] }
    const error = failure(() => readConfig(schema, raw))
    expect(error.path).toBe('cni.dev/valid-attachments[1].ifname')
  })
})

describe('optional keys', () => {
  test('are not in the result when they are missing', () => {
    expect(Object.keys(readConfig(fields({ mtu: optional(text()) }), {}))).toEqual([])
  })

  test('yield their default when they are missing, and only then', () => {
    const schema = fields({ flag: withDefault(flag(), true) })
    expect(readConfig(schema, {})).toEqual({ flag: true })
    expect(readConfig(schema, { flag: false })).toEqual({ flag: false })
  })

  test('say what they expect when they hold something else', () => {
    const schema = fields({ a: optional(text()), b: withDefault(flag(), true) })
    expect(failure(() => readConfig(schema, { a: 1 })).expected).toBe('a string')
    expect(failure(() => readConfig(schema, { b: 1 })).expected).toBe('true or false')
  })

  test('that hold an address may be the empty text', () => {
    const schema = fields({ gateway: optional(ipAddress()) })
    expect(Object.keys(readConfig(schema, { gateway: '' }))).toEqual([])
  })
})

describe('a failure', () => {
  test.each([
    [
      { ipam: { ranges: [[{ subnet: '10.1.2.0/24' }, { subnet: 'x' }]] } },
      'ipam.ranges[0][1].subnet',
    ],
    [{ ipam: { ranges: [[], {}] } }, 'ipam.ranges[1]'],
    [{ ipam: { ranges: [[{}]] } }, 'ipam.ranges[0][0].subnet'],
    [{ IPAM: 1 }, 'ipam'],
    [{}, 'ipam'],
    [{ ipam: {}, MTU: '1500' }, 'mtu'],
    [[], ''],
  ])('in %j names %j', (raw, path) => {
    expect(failure(() => readBridgeConfig(raw)).path).toBe(path)
  })

  test('says what was expected and quotes what was found', () => {
    expect(failure(() => readBridgeConfig({ ipam: { ranges: [[{ subnet: 'x' }]] } })).message).toBe(
      'ipam.ranges[0][0].subnet: expected an IPv4 or IPv6 prefix such as 10.1.2.0/24, found "x"',
    )
    expect(failure(() => readBridgeConfig({ ipam: [1] })).message).toBe(
      'ipam: expected an object, found [1]',
    )
    expect(failure(() => readBridgeConfig({ ipam: { ranges: 'x' } })).message).toBe(
      'ipam.ranges: expected a list, found "x"',
    )
  })

  test('says what a missing key should hold', () => {
    const schema = fields({ master: text(), list: listOf(text()), ipam: fields({}) })
    expect(failure(() => readConfig(schema, {})).message).toBe(
      'master: expected a string, found nothing',
    )
    expect(failure(() => readConfig(schema, { master: '' })).message).toBe(
      'list: expected a list, found nothing',
    )
    expect(failure(() => readConfig(schema, { master: '', list: [] })).message).toBe(
      'ipam: expected an object, found nothing',
    )
  })

  test('begins its path where the caller says', () => {
    const error = failure(() =>
      readConfig(fields({ ips: listOf(text()) }), { ips: [1] }, ['args', 0]),
    )
    expect(error.path).toBe('args[0].ips[0]')
  })

  test.each([null, undefined, 'x', 7, true, []])(
    'is thrown for %j in place of an object',
    (raw) => {
      expect(failure(() => readBridgeConfig(raw)).expected).toBe('an object')
    },
  )
})

describe('hostile input', () => {
  test('cannot reach a prototype through __proto__', () => {
    const raw: unknown = JSON.parse(
      '{"__proto__":{"mtu":9,"ipam":{}},"constructor":{"prototype":{"mtu":9}},"ipam":{"__proto__":[]}}',
    )
    const config = readBridgeConfig(raw)
    expect(config).toEqual({ bridge: 'cni0', ipam: {} })
    expect(config.mtu).toBeUndefined()
    expect(Object.getPrototypeOf(config.ipam)).toBe(Object.prototype)
    expect(Reflect.get({}, 'mtu')).toBeUndefined()
  })

  test('does not find keys that every object inherits', () => {
    const schema = fields({ constructor: optional(text()), toString: optional(text()) })
    expect(Object.keys(readConfig(schema, {}))).toEqual([])
  })

  test('may be nested deeper than the stack', () => {
    const depth = 100_000
    const raw: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(failure(() => readBridgeConfig({ ipam: { ranges: raw } })).path).toBe(
      'ipam.ranges[0][0]',
    )
  })

  test('may be a list of many', () => {
    const ranges = [Array(50_000).fill({ subnet: '10.0.0.0/8' }), Array(50_000).fill(0)]
    expect(failure(() => readBridgeConfig({ ipam: { ranges } })).path).toBe('ipam.ranges[1][0]')
  })

  test('either is a configuration or gives a ConfigError, whatever it is', () => {
    const key = fc.constantFrom('ipam', 'IPAM', 'ranges', 'subnet', 'mtu', '__proto__', 'toString')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), tie('list'), tie('object')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        const raw: unknown = JSON.parse(JSON.stringify(value))
        try {
          expect(typeof readBridgeConfig(raw).bridge).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('the inferred type of a schema is what reading it yields', () => {
  const schema = fields({ a: text(), b: optional(flag()) })
  const value: Infer<typeof schema> = readConfig(schema, { A: 'x' })
  const same: { a: string; b?: boolean } = value
  expect(same).toEqual({ a: 'x' })
})
