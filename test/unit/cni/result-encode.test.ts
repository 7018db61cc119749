import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CniError } from '#base/cni-error.ts'
import { noDns, type Result } from '#cni/result.ts'
import { encodeModernLists } from '#cni/result-lists.ts'
import { encodeResult } from '#cni/result-versions.ts'
import { supportedVersions } from '#cni/version.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'

const gateway = parseIpAddress('10.1.2.1')
const gateway6 = parseIpAddress('2001:db8::1')

/** Whatever a result can say; `test/fixtures/results` has it in every version. */
const everything: Result = {
  interfaces: [
    { name: 'br0', mac: '02:00:00:00:00:01' },
    {
      name: 'net1',
      mac: '02:00:00:00:00:02',
      mtu: 1450,
      sandbox: '/run/netns/pod',
      socketPath: '/run/vhost.sock',
      pciId: '0000:00:1f.6',
    },
  ],
  ips: [
    { address: parseIpPrefix('10.1.2.3/24'), gateway, interface: 1 },
    { address: parseIpPrefix('10.9.0.4/16'), interface: 1 },
    { address: parseIpPrefix('2001:db8::3/64'), interface: 0 },
  ],
  routes: [
    {
      destination: parseIpPrefix('0.0.0.0/0'),
      gateway,
      mtu: 1400,
      advmss: 1360,
      priority: 100,
      table: 0,
      scope: 0,
    },
    { destination: parseIpPrefix('192.168.7.5/16'), mtu: 0, advmss: 0, priority: 0 },
    { destination: parseIpPrefix('2001:db8:1::/48'), gateway: gateway6, table: 254, scope: 253 },
  ],
  dns: {
    nameservers: ['10.1.2.1', '2001:db8::53'],
    domain: 'example.org',
    search: ['example.org', 'example.net'],
    options: ['ndots:5'],
  },
}

const nothing: Result = { interfaces: [], ips: [], routes: [], dns: noDns }

test.each(supportedVersions)('everything a result can say is printed as in %s.json', (version) => {
  const file = new URL(`../../fixtures/results/${version}.json`, import.meta.url)
  const expected: unknown = JSON.parse(readFileSync(file, 'utf8'))
  // Printed again, so that the order of the keys counts.
  expect(encodeResult(everything, version)).toBe(JSON.stringify(expected, null, 4))
})

test.each(['1.0.0', '1.1.0'] as const)(
  'no key gets lost where %s puts them in order',
  (version) => {
    const unordered = { cniVersion: version, ...encodeModernLists(everything, version) }
    const ordered: unknown = JSON.parse(encodeResult(everything, version))
    expect(ordered).toEqual(JSON.parse(JSON.stringify(unordered)))
  },
)

describe('a result that says nothing', () => {
  test.each(['0.3.0', '0.3.1', '0.4.0'] as const)('keeps its dns in %s', (version) => {
    const text = `{\n    "cniVersion": "${version}",\n    "dns": {}\n}`
    expect(encodeResult(nothing, version)).toBe(text)
  })

  test.each(['1.0.0', '1.1.0'] as const)('is its version in %s', (version) => {
    expect(encodeResult(nothing, version)).toBe(`{\n    "cniVersion": "${version}"\n}`)
  })

  test.each(['0.1.0', '0.2.0'] as const)('cannot be told in %s', (version) => {
    const details = 'a result without addresses needs cniVersion 0.3.0 or newer'
    const expected = new CniError(7, 'cannot convert: no valid IP addresses', details)
    expect(() => encodeResult(nothing, version)).toThrow(expected)
  })
})

test('routes of a family without an address are left out of the oldest versions', () => {
  const result = { ...everything, ips: everything.ips.slice(2), dns: noDns }
  expect(JSON.parse(encodeResult(result, '0.2.0'))).toEqual({
    cniVersion: '0.2.0',
    ip6: { ip: '2001:db8::3/64', routes: [{ dst: '2001:db8:1::/48', gw: '2001:db8::1' }] },
    dns: {},
  })
})

test('text that could end a script is escaped', () => {
  const result = { ...nothing, dns: { ...noDns, domain: '</script>&' } }
  expect(encodeResult(result, '1.1.0')).toContain('"domain": "\\u003c/script\\u003e\\u0026"')
})
