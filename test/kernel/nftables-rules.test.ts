import { expect } from 'vitest'
import type { NftChange, NftExpression } from '#kernel/nftables.ts'
import { test } from '#test/lab/kernel.ts'
import {
  accept,
  chain,
  compared,
  counter,
  failureOf,
  frame,
  header,
  hook,
  isIp,
  masquerade,
  named,
  other,
  ruleIn,
  table,
  witnessed,
  witnessedRules,
} from '#test/lab/nft.ts'

const statements: readonly (readonly [string, readonly NftExpression[]])[] = [
  [
    'ip saddr 10.1.2.3 ip daddr != 10.1.2.0/24 masquerade',
    [
      ...isIp(4),
      header(12, 4),
      compared('equal', '0a010203'),
      header(16, 3),
      compared('unequal', '0a0102'),
      masquerade,
    ],
  ],
  [
    'ip daddr 10.0.0.0/20 counter drop',
    [
      ...isIp(4),
      header(16, 4),
      { kind: 'bitwise', register: 1, mask: 'fffff000' },
      compared('equal', '0a000000'),
      counter,
      { kind: 'verdict', verdict: 'drop' },
    ],
  ],
  [
    'ip6 saddr fd00::3 accept',
    [...isIp(6), header(8, 16), compared('equal', `fd${'0'.repeat(29)}3`), accept],
  ],
  ['iifname "eth0" return', [...named('iifname', 'eth0'), { kind: 'verdict', verdict: 'return' }]],
  [
    'oifname "fifteen-letters" jump masquerading',
    [
      ...named('oifname', 'fifteen-letters'),
      { kind: 'verdict', verdict: 'jump', chain: 'masquerading' },
    ],
  ],
  [
    'meta protocol ip goto masquerading',
    [
      { kind: 'meta', key: 'protocol', register: 1 },
      compared('equal', '0800'),
      { kind: 'verdict', verdict: 'goto', chain: 'masquerading' },
    ],
  ],
  ['counter', [counter]],
]

test.for(statements)('adds the rule "%s"', ([text, expressions], { space, witness }) => {
  const postrouting = { ...table, chain: 'base' }
  const base: NftChange = { operation: 'addChain', ...postrouting, hook }
  space.changeNftables([...frame, base, ruleIn(postrouting, ...expressions)])
  // The first line is the hook's.
  expect(witnessedRules(witness, 'base').slice(1)).toEqual([text])
})

test.for(statements)('reads the rule "%s" of nft', ([text, expressions], { space, witness }) => {
  space.changeNftables(frame)
  witness.run('nft', 'add chain inet lab base { type nat hook postrouting priority 100; }')
  witness.run('nft', `add rule inet lab base ${text}`)
  const rules = space.listNftRules({ ...table, chain: 'base' })
  expect(rules).toEqual([
    { ...table, chain: 'base', handle: expect.any(Number), expressions: [...expressions] },
  ])
})

test('reads what it cannot add as something else, by name', ({ space, witness }) => {
  space.changeNftables(frame)
  witness.run('nft', 'add rule inet lab checks limit rate 5/second tcp dport 80 drop')
  witness.run('nft', 'add rule inet lab checks meta mark set 1')
  const [first, second] = space.listNftRules(chain)
  expect(first?.expressions).toEqual([
    { kind: 'other', name: 'limit' },
    { kind: 'other', name: 'meta' },
    compared('equal', '06'),
    { kind: 'payload', base: 'transport', offset: 2, length: 2, register: 1 },
    compared('equal', '0050'),
    { kind: 'verdict', verdict: 'drop' },
  ])
  expect(second?.expressions).toEqual([
    { kind: 'other', name: 'immediate' },
    { kind: 'other', name: 'meta' },
  ])
})

test('adds rules behind those that are there', ({ space, witness }) => {
  space.changeNftables(frame)
  witness.run('nft', 'add rule inet lab checks accept')
  space.changeNftables([ruleIn(chain, counter), ruleIn(chain, counter, accept)])
  expect(witnessedRules(witness)).toEqual(['accept', 'counter', 'counter accept'])
  const handles = witnessed(witness, 'rule').map(({ handle }) => handle)
  expect(space.listNftRules(chain).map(({ handle }) => handle)).toEqual(handles)
})

test('writes comments that nft shows', ({ space, witness }) => {
  space.changeNftables([
    { operation: 'addTable', ...table, comment: 'of a table' },
    { operation: 'addChain', ...chain, comment: 'of a chain' },
    { operation: 'addRule', ...chain, expressions: [accept], comment: 'of a rule, ümlaut' },
  ])
  const text = witness.run('nft', 'list', 'ruleset')
  for (const comment of ['of a table', 'of a chain', 'of a rule, ümlaut']) {
    expect(text).toContain(`comment "${comment}"`)
  }
})

test('reads comments that nft writes', ({ space, witness }) => {
  witness.run('nft', 'add table inet lab')
  witness.run('nft', 'add chain inet lab checks { comment "of a chain"; }')
  witness.run('nft', 'add rule inet lab checks accept comment "of a rule"')
  expect(space.findNftChain(chain)).toEqual({ ...chain, comment: 'of a chain' })
  expect(space.listNftRules(chain)).toMatchObject([{ comment: 'of a rule' }])
})

test('lists only the rules whose comments begin as asked', ({ space }) => {
  space.changeNftables(frame)
  for (const comment of ['a-1', 'b-1', 'a-2', undefined]) {
    const said = comment === undefined ? {} : { comment }
    space.changeNftables([{ operation: 'addRule', ...chain, expressions: [accept], ...said }])
  }
  const comments = (prefix?: string) =>
    space.listNftRules(chain, prefix).map((rule) => rule.comment)
  expect(comments('a-')).toEqual(['a-1', 'a-2'])
  expect(comments('a-10')).toEqual([])
  expect(comments('')).toHaveLength(4)
  expect(comments()).toEqual(['a-1', 'b-1', 'a-2', undefined])
})

test('takes comments as long as the kernel does, and no longer', ({ space }) => {
  space.changeNftables(frame)
  const longest = 'x'.repeat(253)
  const change = { operation: 'addRule', ...chain, expressions: [accept] } as const
  space.changeNftables([{ ...change, comment: longest }])
  expect(space.listNftRules(chain)).toMatchObject([{ comment: longest }])
  const failure = failureOf(space, [{ ...change, comment: `${longest}x` }])
  expect(failure).toMatchObject({
    operation: 'add rule',
    code: 'ERANGE',
    detail: 'property comment is longer than 253 bytes',
  })
})

test('removes a rule by its handle', ({ space, witness }) => {
  space.changeNftables([...frame, ruleIn(chain, counter), ruleIn(chain, accept)])
  const handle = space.listNftRules(chain)[0]?.handle ?? 0
  space.changeNftables([{ operation: 'removeRule', ...chain, handle }])
  expect(witnessedRules(witness)).toEqual(['accept'])
  const failure = failureOf(space, [{ operation: 'removeRule', ...chain, handle }])
  expect(failure.message).toBe(
    `remove rule ${handle} of chain checks of table inet lab in ${space.path}: ` +
      'ENOENT no such file or directory',
  )
})

test('flushes one chain', ({ space, witness }) => {
  const rules = [ruleIn(chain, counter), ruleIn(chain, accept), ruleIn(other, accept)]
  space.changeNftables([...frame, ...rules])
  space.changeNftables([{ operation: 'flushChain', ...chain }])
  expect(witnessedRules(witness)).toEqual([])
  expect(witnessedRules(witness, 'masquerading')).toEqual(['accept'])
})

test('refuses expressions that cannot be added', ({ space, witness }) => {
  const limit = ruleIn(chain, { kind: 'other', name: 'limit' })
  expect(failureOf(space, [...frame, limit])).toMatchObject({
    operation: 'add rule',
    code: 'EINVAL',
    detail: 'an expression of the kind other cannot be added',
  })
  const bytes = ruleIn(chain, compared('equal', '0A'))
  expect(failureOf(space, [...frame, bytes]).detail).toBe(
    'property value is no hexadecimal text: 0A',
  )
  expect(witnessed(witness, 'table')).toEqual([])
})
