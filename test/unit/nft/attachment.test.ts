import { expect, test } from 'vitest'
import { attachmentComment, attachmentMark, networkMark, stalenessOf } from '#nft/attachment.ts'
import { chainOf } from '#nft/iptables-rules.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const { digests } = new FakeHost()
const one = { network: 'unit-test', containerId: 'one', ifName: 'eth0' }

test('a mark is made of the digests that the reference plugins make', () => {
  expect(networkMark(digests, 'unit-test')).toBe('6fd94d501e58f0aa-')
  expect(attachmentMark(digests, one)).toBe('6fd94d501e58f0aa-287fc69eff0574a2')
})

test.for([
  ['test', '1234', 'CNI-2bbe0c48b91a7d1b8a6753a8'],
  ['testalongnamethatdoesnotmakesense', '1234', 'CNI-374f33fe84ab0ed84dcdebe3'],
] as const)('the chain of %s and %s is %s, as with the reference plugins', ([name, id, chain]) => {
  expect(chainOf(digests, name, id)).toBe(chain)
})

test('a comment tells people what its mark means', () => {
  expect(attachmentComment(digests, one)).toBe(
    '6fd94d501e58f0aa-287fc69eff0574a2, net: unit-test, if: eth0, id: one',
  )
})

test('a comment has no quotes, which the nft tool cannot read', () => {
  expect(attachmentComment(digests, { ...one, ifName: 'e"0', containerId: '"' })).toMatch(
    /, net: unit-test, if: e0, id: $/,
  )
})

test('a comment ends after 128 bytes, and not within a character', () => {
  const long = attachmentComment(digests, { ...one, containerId: 'f'.repeat(200) })
  expect(long).toHaveLength(128)
  expect(long.endsWith('ffff')).toBe(true)
  const wide = attachmentComment(digests, { ...one, network: 'n'.repeat(81), ifName: 'ü' })
  expect(new TextEncoder().encode(wide).length).toBe(127)
  expect(wide.endsWith(', if: ')).toBe(true)
})

test('comments of other networks and of valid attachments are not stale', () => {
  const isStale = stalenessOf(digests, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  expect(isStale(attachmentComment(digests, one))).toBe(false)
  expect(isStale(attachmentComment(digests, { ...one, network: 'other' }))).toBe(false)
  expect(isStale('accounting')).toBe(false)
  expect(isStale(attachmentComment(digests, { ...one, ifName: 'eth1' }))).toBe(true)
  expect(isStale(attachmentComment(digests, { ...one, containerId: 'two' }))).toBe(true)
})
