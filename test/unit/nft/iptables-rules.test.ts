import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { additionTo, natRules, ownerOf, removalFrom } from '#nft/iptables-rules.ts'
import { FakeHost } from '#test/lab/fake-host.ts'

const { digests } = new FakeHost()
const owner = { network: 'unit-test', containerId: 'one', ifName: 'eth0' }
const chain = 'CNI-9980bf65f61617e91ffcb025'
const comment = '-m comment --comment "name: \\"unit-test\\" id: \\"one\\""'

/** What iptables was recorded listing after an ADD of the reference plugin. */
function recorded(name: string): string[] {
  return readFileSync(`test/fixtures/nft/${name}.txt`, 'utf8').trim().split('\n')
}

test.for([
  ['iptables', 4, '10.1.2.3/24'],
  ['ip6tables', 6, '2001:db8::5/64'],
] as const)('the rules are those that the reference plugin gave %s', ([name, family, text]) => {
  const rules = natRules(digests, owner, { family, addresses: [parseIpPrefix(text)] })
  expect(recorded(name)).toEqual(expect.arrayContaining([`-N ${chain}`, ...rules.rules]))
  expect(recorded(name).filter((line) => line.startsWith('-A'))).toHaveLength(rules.rules.length)
  expect(additionTo(recorded(name), rules)).toEqual({ add: [], undo: [] })
})

test('an address whose network is everything passes everything', () => {
  const { rules } = natRules(digests, owner, {
    family: 4,
    addresses: [parseIpPrefix('10.1.2.3/0')],
  })
  expect(rules[0]).toBe(`-A ${chain} ${comment} -j ACCEPT`)
})

test('networks of several addresses pass before anything is masqueraded', () => {
  const addresses = ['10.1.2.3/24', '10.9.8.7/20'].map(parseIpPrefix)
  const { add, undo } = additionTo([], natRules(digests, owner, { family: 4, addresses }))
  expect(add).toEqual([
    `-N ${chain}`,
    `-I ${chain} -d 10.9.0.0/20 ${comment} -j ACCEPT`,
    `-I ${chain} -d 10.1.2.0/24 ${comment} -j ACCEPT`,
    `-A ${chain} ! -d 224.0.0.0/4 ${comment} -j MASQUERADE`,
    `-A POSTROUTING -s 10.1.2.3/32 ${comment} -j ${chain}`,
    `-A POSTROUTING -s 10.9.8.7/32 ${comment} -j ${chain}`,
  ])
  expect(undo).toHaveLength(add.length)
  expect(undo.at(-1)).toBe(`-X ${chain}`)
})

test('what is there already is neither added nor undone', () => {
  const addresses = ['10.1.2.3/24', '10.9.8.7/20'].map(parseIpPrefix)
  expect(
    additionTo(recorded('iptables'), natRules(digests, owner, { family: 4, addresses })),
  ).toEqual({
    add: [
      `-I ${chain} -d 10.9.0.0/20 ${comment} -j ACCEPT`,
      `-A POSTROUTING -s 10.9.8.7/32 ${comment} -j ${chain}`,
    ],
    undo: [
      `-D ${chain} -d 10.9.0.0/20 ${comment} -j ACCEPT`,
      `-D POSTROUTING -s 10.9.8.7/32 ${comment} -j ${chain}`,
    ],
  })
})

test('removal takes whatever jumps to the chain, as it is listed', () => {
  const older = `-A POSTROUTING -s 10.1.2.0/24 ${comment} -j ${chain}`
  expect(removalFrom([...recorded('iptables'), older], chain)).toEqual([
    `-D POSTROUTING -s 10.1.2.3/32 ${comment} -j ${chain}`,
    `-D POSTROUTING -s 10.1.2.0/24 ${comment} -j ${chain}`,
    `-F ${chain}`,
    `-X ${chain}`,
  ])
  expect(removalFrom(recorded('iptables'), 'CNI-000000000000000000000000')).toEqual([])
})

test('a rule’s comment says whose it is', () => {
  const [rule = ''] = natRules(digests, owner, { family: 4, addresses: [] }).rules
  expect(ownerOf(rule)).toEqual({ network: 'unit-test', containerId: 'one' })
  expect(ownerOf('-A POSTROUTING -j MASQUERADE')).toBeUndefined()
  expect(ownerOf('-A X -m comment --comment "dnat name: \\"a\\" id: \\"b\\"" -j Y')).toBeUndefined()
})
