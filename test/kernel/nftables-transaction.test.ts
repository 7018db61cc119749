import { expect } from 'vitest'
import type { NftChange } from '#kernel/nftables.ts'
import { test } from '#test/lab/kernel.ts'
import {
  accept,
  chain,
  compared,
  counter,
  failureOf,
  frame,
  header,
  isIp,
  ruleIn,
  table,
  witnessedRules,
} from '#test/lab/nft.ts'

test('does nothing where the last change is refused, and names it', ({ space, witness }) => {
  const missing = { ...table, chain: 'missing' }
  const changes = [...frame, ruleIn(chain, accept)]
  const bad: NftChange = { operation: 'addRule', ...missing, expressions: [accept] }
  expect(failureOf(space, [...changes, bad]).message).toBe(
    `add rule to chain missing of table inet lab in ${space.path}: ` +
      'ENOENT no such file or directory',
  )
  expect(witness.run('nft', 'list', 'ruleset')).toBe('')
})

test('names the first of several refused changes', ({ space }) => {
  const flush = (name: string): NftChange => ({ operation: 'flushChain', ...table, chain: name })
  const failure = failureOf(space, [...frame, flush('one'), flush('checks'), flush('two')])
  expect(failure.object).toBe(`one of table inet lab in ${space.path}`)
})

test('names the missing chain that a rule leads to', ({ space }) => {
  const jump = ruleIn(chain, { kind: 'verdict', verdict: 'jump', chain: 'missing' })
  expect(failureOf(space, [...frame, jump]).message).toBe(
    `add rule to chain checks of table inet lab, a jump to chain missing in ${space.path}: ` +
      'ENOENT no such file or directory',
  )
})

test('names the table that is not there', ({ space }) => {
  const unknown: NftChange = { operation: 'removeTable', family: 'inet', table: 'missing' }
  expect(failureOf(space, [unknown])).toMatchObject({
    operation: 'remove table',
    object: `inet missing in ${space.path}`,
    code: 'ENOENT',
  })
})

/** A rule for an address of 10.0.0.0/16. */
function largeRule(index: number): NftChange {
  const comparison = compared('equal', `0a00${index.toString(16).padStart(4, '0')}`)
  const match = [...isIp(4), header(12, 4), comparison, header(16, 4), comparison]
  return { operation: 'addRule', ...chain, expressions: [...match, counter, accept] }
}

test('carries out transactions larger than the usual send buffer', ({ space, witness }) => {
  const rules = Array.from({ length: 800 }, (_, index) => largeRule(index))
  space.changeNftables([...frame, ...rules])
  const text = witnessedRules(witness)
  expect(text).toHaveLength(800)
  expect(text.at(-1)).toBe('ip saddr 10.0.3.31 ip daddr 10.0.3.31 counter accept')
  const added = rules.map((rule) => (rule.operation === 'addRule' ? rule.expressions : []))
  expect(space.listNftRules(chain).map(({ expressions }) => expressions)).toEqual(added)
})

test('names the first of more refusals than can be received, and works on', ({ space }) => {
  const missing = Array.from({ length: 2000 }, (_, index) =>
    ruleIn({ ...table, chain: `missing${index}` }, accept),
  )
  const failure = failureOf(space, [...frame, ruleIn(chain, accept), ...missing])
  expect(failure.object).toBe(`to chain missing0 of table inet lab in ${space.path}`)
  space.changeNftables([...frame, ruleIn(chain, accept)])
  expect(space.listNftRules(chain)).toHaveLength(1)
})

test('does nothing when there is nothing to change', ({ space, witness }) => {
  space.changeNftables([])
  expect(witness.run('nft', 'list', 'ruleset')).toBe('')
})
