import { readFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { NftChange } from '#kernel/nftables.ts'
import {
  addInNftables,
  collectInNftables,
  hasNftables,
  removeFromNftables,
} from '#nft/nftables-masquerade.ts'
import type { Site } from '#nft/site.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'
import { debugRule } from '#test/lab/nft-debug.ts'

const table = { family: 'inet', table: 'cni_plugins_masquerade' } as const
const owner = { network: 'unit-test', containerId: 'one', ifName: 'eth0' }
const addresses = ['10.1.2.3/24', '10.9.8.7/20', '2001:db8::5/64', '2001:db8:1::7/61']
const prefixes = addresses.map(parseIpPrefix)

let space: FakeNamespace
let site: Site
beforeEach(() => {
  space = new FakeKernel().host
  site = { space, host: new FakeHost() }
})

function rulesOf(chain: string): string[] {
  return space.listNftRules({ ...table, chain }).map(debugRule)
}

/** The owners of the rules in masq_checks. */
function owners(): (string | undefined)[] {
  const rules = space.listNftRules({ ...table, chain: 'masq_checks' })
  return rules.map(({ comment }) => comment?.replace(/.*, net: /, ''))
}

test('the rules are those that the reference plugin was recorded making', () => {
  addInNftables(site, owner, prefixes)
  const recorded = readFileSync('test/fixtures/nft/masquerade.debug', 'utf8').trim()
  const rules = [...rulesOf('masq_checks'), ...rulesOf('postrouting')]
  expect(rules.join('\n\n')).toBe(recorded)
})

test('one transaction makes everything, also again', () => {
  const transactions: (readonly NftChange[])[] = []
  const change = space.changeNftables.bind(space)
  space.changeNftables = (changes) => {
    transactions.push(changes)
    change(changes)
  }
  addInNftables(site, owner, prefixes)
  expect(transactions).toHaveLength(1)
  addInNftables(site, owner, prefixes.slice(0, 1))
  expect(transactions).toHaveLength(2)
  expect(owners()).toEqual(['unit-test, if: eth0, id: one'])
  expect(rulesOf('postrouting')).toHaveLength(3)
})

test('removal leaves an address that has meanwhile become another container’s to that', () => {
  addInNftables(site, owner, prefixes)
  addInNftables(site, { ...owner, containerId: 'two' }, prefixes.slice(0, 1))
  removeFromNftables(site, owner)
  expect(owners()).toEqual(['unit-test, if: eth0, id: two'])
})

test('removal looks again when a rule it found is gone before it is removed', () => {
  addInNftables(site, owner, prefixes.slice(0, 2))
  const list = space.listNftRules.bind(space)
  let isFirst = true
  space.listNftRules = (key, prefix) => {
    const found = list(key, prefix)
    if (isFirst) space.nftables.change([{ operation: 'removeRule', ...key, ...firstOf(found) }])
    isFirst = false
    return found
  }
  removeFromNftables(site, owner)
  expect(owners()).toEqual([])
})

function firstOf([rule]: readonly { readonly handle: number }[]): { handle: number } {
  return { handle: rule?.handle ?? 0 }
}

test('a collection removes the rules of its network that no valid attachment has', () => {
  const other = { ...owner, network: 'other' }
  for (const each of [
    owner,
    { ...owner, ifName: 'eth1' },
    { ...owner, containerId: 'two' },
    other,
  ]) {
    addInNftables(site, each, prefixes.slice(0, 1))
  }
  collectInNftables(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  expect(owners()).toEqual(['unit-test, if: eth0, id: one', 'other, if: eth0, id: one'])
})

test('where there is nothing to remove, nothing is changed', () => {
  space.changeNftables = () => expect.unreachable('there was nothing to change')
  removeFromNftables(site, owner)
  collectInNftables(site, 'unit-test', [])
})

test.for(['EINVAL', 'EOPNOTSUPP', 'EPROTONOSUPPORT'] as const)(
  'a kernel that answers %s has no nf_tables, and so nothing to remove',
  (code) => {
    space.findNftChain = space.listNftRules = () => {
      throw fakeError(code, 'list', 'rules')
    }
    expect(hasNftables(space)).toBe(false)
    removeFromNftables(site, owner)
    expect(() => addInNftables(site, owner, prefixes)).toThrow(code)
  },
)

test('a look that is refused for another reason is an error', () => {
  space.findNftChain = space.listNftRules = () => {
    throw fakeError('EPERM', 'list', 'rules')
  }
  expect(() => hasNftables(space)).toThrow('EPERM')
  expect(() => removeFromNftables(site, owner)).toThrow('EPERM')
})
