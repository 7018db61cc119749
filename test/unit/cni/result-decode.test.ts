import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, type ConfigPath } from '#base/config-error.ts'
import type { Result } from '#cni/result.ts'
import { answeredVersion, decodeResult, encodeResult } from '#cni/result-versions.ts'
import { type CniVersion, supportedVersions } from '#cni/version.ts'

const path = ['result']

function decode(raw: unknown, version: CniVersion = '1.1.0'): Result {
  return decodeResult(raw, { version, path })
}

function refusal(where: ConfigPath, expected: string, found: string): ConfigError {
  return new ConfigError([...path, ...where], expected, found)
}

test.each(supportedVersions)(
  'what %s.json says is read and printed again without loss',
  (version) => {
    const file = new URL(`../../fixtures/results/${version}.json`, import.meta.url)
    const raw: unknown = JSON.parse(readFileSync(file, 'utf8'))
    expect(JSON.parse(encodeResult(decode(raw, version), version))).toEqual(raw)
  },
)

describe('a result', () => {
  test('is read with keys in any case, and null or empty text for nothing', () => {
    const raw = {
      CNIVersion: '1.0.0',
      IPs: [{ Address: '10.0.0.2/8', Gateway: '', interface: null }],
      Routes: [{ DST: '::/0', gw: null, mtu: 0, priority: 0, table: 0 }],
      interfaces: [{ name: '', mac: '', sandbox: null, MTU: 0 }],
      dns: null,
    }
    expect(JSON.parse(encodeResult(decode(raw), '1.1.0'))).toEqual({
      cniVersion: '1.1.0',
      interfaces: [{ name: '' }],
      ips: [{ address: '10.0.0.2/8' }],
      routes: [{ dst: '::/0', table: 0 }],
    })
  })

  test('of an old version has no keys of a newer one', () => {
    const raw = { cniVersion: '0.4.0', interfaces: [{ name: 'a', mtu: 9000, pciID: 'x' }] }
    expect(decode(raw, '0.4.0').interfaces).toEqual([{ name: 'a' }])
  })

  test('keeps an IPv4-mapped address as the IPv4 address it is', () => {
    const raw = { cniVersion: '1.1.0', ips: [{ address: '::ffff:10.0.0.2/104' }] }
    expect(encodeResult(decode(raw), '0.3.0')).toContain('"version": "4"')
  })

  const prefix = 'an IPv4 or IPv6 prefix such as 10.1.2.0/24'
  const position = { address: '10.0.0.2/8', interface: -1 }
  const route = { dst: '0.0.0.0/0', gw: 'x' }

  test.each<[CniVersion, unknown, ConfigError]>([
    ['1.1.0', [], refusal([], 'an object', '[]')],
    ['1.1.0', null, refusal([], 'an object', 'null')],
    ['1.1.0', { ips: {} }, refusal(['ips'], 'a list', '{}')],
    ['1.1.0', { ips: [null] }, refusal(['ips', 0], 'an object', 'null')],
    ['0.4.0', { ips: [{ address: '::1' }] }, refusal(['ips', 0, 'address'], prefix, '"::1"')],
    [
      '1.0.0',
      { ips: [position] },
      refusal(['ips', 0, 'interface'], 'a whole number from 0 to 65535', '-1'),
    ],
    [
      '1.1.0',
      { routes: [{ dst: '::/0' }, { gw: '10.0.0.1' }] },
      refusal(['routes', 1, 'dst'], prefix, 'nothing'),
    ],
    [
      '0.2.0',
      { ip4: { ip: '10.0.0.2/8', routes: [route] } },
      refusal(['ip4', 'routes', 0, 'gw'], 'an IPv4 or IPv6 address', '"x"'),
    ],
    ['0.1.0', { ip4: { ip: '::1/128' } }, refusal(['ip4', 'ip'], 'an IPv4 prefix', '"::1/128"')],
    ['1.1.0', { interfaces: [{ name: {} }] }, refusal(['interfaces', 0, 'name'], 'a string', '{}')],
    ['0.3.0', { dns: { domain: 1 } }, refusal(['dns', 'domain'], 'a string', '1')],
  ])('of %s with a wrong type is refused by its path: %j', (version, raw, error) => {
    expect(() => decode(raw, version)).toThrow(error)
  })

  test('of any shape is read or refused with a path, in every version', () => {
    const property = fc.property(
      fc.constantFrom(...supportedVersions),
      fc.record(
        {
          cniVersion: fc.oneof(fc.constantFrom(...supportedVersions), fc.jsonValue()),
          interfaces: fc.jsonValue(),
          ips: fc.oneof(
            fc.array(fc.dictionary(fc.constant('address'), fc.string())),
            fc.jsonValue(),
          ),
          ip4: fc.jsonValue(),
          routes: fc.oneof(
            fc.array(fc.dictionary(fc.constant('dst'), fc.string())),
            fc.jsonValue(),
          ),
          dns: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      (version, raw) => {
        try {
          encodeResult(decode(raw, version), '1.1.0')
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
          expect(error).toHaveProperty('path', expect.stringMatching(/^result/))
        }
      },
    )
    fc.assert(property)
  })
})

describe('the version of a result', () => {
  test.each<[CniVersion, string | undefined]>([
    ['0.1.0', '0.2.0'],
    ['0.2.0', ''],
    ['0.2.0', undefined],
    ['0.3.0', '0.4.0'],
    ['0.4.0', undefined],
    ['0.4.0', ''],
    ['1.1.0', '1.0.0'],
    ['1.0.0', '1.1.0'],
  ])('asked for as %s may be %j', (version, cniVersion) => {
    const raw = cniVersion === undefined ? {} : { cniVersion }
    expect(decode(raw, version).ips).toEqual([])
  })

  test.each<[CniVersion, string, string]>([
    ['0.2.0', '0.3.0', '0.1.0 or 0.2.0'],
    ['0.4.0', '1.0.0', '0.3.0 or 0.3.1 or 0.4.0'],
    ['1.1.0', '0.4.0', '1.0.0 or 1.1.0'],
  ])('asked for as %s may not be %j', (version, cniVersion, siblings) => {
    const expected = `${siblings}, which have the form of ${version}`
    const error = new ConfigError([...path, 'cniVersion'], expected, `"${cniVersion}"`)
    expect(() => decode({ cniVersion }, version)).toThrow(error)
  })

  test.each([
    [{ cniVersion: '0.2.0' }, '0.2.0'],
    [{ cniVersion: '' }, '1.0.0'],
    [{ CNIVersion: '0.2.0' }, '1.0.0'],
    [{}, '1.0.0'],
    ['text', '1.0.0'],
  ])('that %j answers to a configuration of 1.0.0 is %s', (raw, version) => {
    expect(answeredVersion(raw, { version: '1.0.0', path })).toBe(version)
  })

  test('that is unknown is refused', () => {
    const raw = { cniVersion: '9.9' }
    const expected = `one of ${supportedVersions.join(', ')}`
    const error = new ConfigError(['result', 'cniVersion'], expected, '"9.9"')
    expect(() => answeredVersion(raw, { version: '1.0.0', path })).toThrow(error)
  })
})
