import { expect } from 'vitest'
import type { NftChange, NftFamily, NftHook } from '#kernel/nftables.ts'
import { test } from '#test/lab/kernel.ts'
import {
  accept,
  chain,
  counter,
  failureOf,
  frame,
  other,
  ruleIn,
  table,
  witnessed,
  witnessedRules,
} from '#test/lab/nft.ts'

test.for<NftFamily>(['inet', 'ip', 'ip6', 'bridge'])(
  'adds tables and chains of the family %s',
  (family, { space, witness }) => {
    const key = { family, table: 'lab' } as const
    const filter: NftHook = { type: 'filter', hook: 'forward', priority: -150, policy: 'drop' }
    space.changeNftables([
      { operation: 'addTable', ...key },
      { operation: 'addChain', ...key, chain: 'plain' },
      { operation: 'addChain', ...key, chain: 'hooked', hook: filter },
    ])
    const seen = { family, table: 'lab' }
    expect(witnessed(witness, 'table')).toMatchObject([{ family, name: 'lab' }])
    expect(witnessed(witness, 'chain')).toMatchObject([
      { ...seen, name: 'plain' },
      { ...seen, name: 'hooked', type: 'filter', hook: 'forward', prio: -150, policy: 'drop' },
    ])
    expect(space.listNftChains(key)).toEqual([
      { ...key, chain: 'plain' },
      { ...key, chain: 'hooked', hook: filter },
    ])
  },
)

test.for<NftHook['hook']>(['prerouting', 'input', 'forward', 'output', 'postrouting'])(
  'hooks a chain into %s, where packets are accepted unless said otherwise',
  (name, { space, witness }) => {
    const where: NftHook = { type: 'filter', hook: name, priority: 0 }
    const change: NftChange = { operation: 'addChain', ...chain, hook: where }
    space.changeNftables([{ operation: 'addTable', ...table }, change])
    expect(witnessed(witness, 'chain')).toMatchObject([{ hook: name, prio: 0, policy: 'accept' }])
    expect(space.findNftChain(chain)).toEqual({ ...chain, hook: { ...where, policy: 'accept' } })
  },
)

test('adds a table and chains that are there once more', ({ space, witness }) => {
  space.changeNftables(frame)
  space.changeNftables([ruleIn(chain, counter)])
  space.changeNftables(frame)
  expect(witnessedRules(witness)).toEqual(['counter'])
  expect(witnessed(witness, 'chain')).toHaveLength(2)
})

test('flushes and removes a chain that a rule led to, in one transaction', ({ space, witness }) => {
  const jump = ruleIn(other, { kind: 'verdict', verdict: 'jump', chain: 'checks' })
  space.changeNftables([...frame, ruleIn(chain, accept), jump])
  expect(failureOf(space, [{ operation: 'removeChain', ...chain }])).toMatchObject({
    operation: 'remove chain',
    object: `checks of table inet lab in ${space.path}`,
    code: 'EBUSY',
  })
  space.changeNftables([
    { operation: 'flushChain', ...other },
    { operation: 'flushChain', ...chain },
    { operation: 'removeChain', ...chain },
  ])
  expect(witnessed(witness, 'chain')).toMatchObject([{ name: 'masquerading' }])
})

test('removes one table and all in it', ({ space, witness }) => {
  witness.run('nft', 'add table inet neighbours')
  space.changeNftables([...frame, ruleIn(chain, accept)])
  space.changeNftables([{ operation: 'removeTable', ...table }])
  expect(witnessed(witness, 'table')).toMatchObject([{ name: 'neighbours' }])
})

test('finds and lists nothing where there is nothing', ({ space }) => {
  expect(space.findNftChain(chain)).toBeUndefined()
  expect(space.listNftChains(table)).toEqual([])
  expect(space.listNftRules(chain)).toEqual([])
  space.changeNftables(frame)
  const missing = { ...table, chain: 'missing' }
  expect(space.findNftChain(missing)).toBeUndefined()
  expect(space.listNftRules(missing)).toEqual([])
  expect(space.findNftChain({ ...chain, family: 'ip' })).toBeUndefined()
  expect(space.listNftChains({ ...table, family: 'ip' })).toEqual([])
})

test('lists what is of the table and of the chain, and nothing else', ({ space, witness }) => {
  space.changeNftables([...frame, ruleIn(chain, accept), ruleIn(other, counter)])
  witness.run('nft', 'add table inet lab2; add chain inet lab2 checks')
  witness.run('nft', 'add rule inet lab2 checks drop; add table ip lab; add chain ip lab checks')
  expect(space.listNftChains(table)).toEqual([chain, other])
  expect(space.listNftRules(chain)).toMatchObject([{ ...chain, expressions: [accept] }])
})

test('leaves the hook out where it is of a type that cannot be added', ({ space, witness }) => {
  witness.run('nft', 'add table inet lab')
  witness.run('nft', 'add chain inet lab checks { type route hook output priority 0; }')
  expect(space.findNftChain(chain)).toEqual(chain)
})

test('changes the namespace it is asked to, and no other', ({ space, witness, lab, open }) => {
  const elsewhere = lab.namespace('elsewhere')
  const second = open(elsewhere)
  second.changeNftables([{ operation: 'addTable', ...table }])
  expect(witnessed(elsewhere, 'table')).toHaveLength(1)
  expect(witnessed(witness, 'table')).toEqual([])
  expect(space.listNftChains(table)).toEqual([])
})
