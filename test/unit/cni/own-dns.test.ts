import { expect, test } from 'vitest'
import { ownDnsKey } from '#cni/own-dns.ts'
import { fields, readConfig } from '#schema/schema.ts'

const keys = fields({ dns: ownDnsKey })

test.for([
  [{}, false],
  [{ dns: null }, false],
  [{ dns: {} }, false],
  [{ dns: { domain: '', search: null } }, false],
  [{ dns: { domain: 'a.test' } }, true],
  [{ DNS: { Search: [] } }, true],
  [{ dns: { nameservers: ['10.1.2.53'] } }, true],
  [{ dns: { options: [] } }, true],
] as const)('in %j there are resolver settings: %s', ([raw, expected]) => {
  expect(readConfig(keys, raw).dns).toBe(expected)
})

test('resolver settings that are none are refused by their path', () => {
  expect(() => readConfig(keys, { dns: [] })).toThrow('dns: expected an object')
})
