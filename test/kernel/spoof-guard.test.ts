import { expect } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { parseMac } from '#ip/mac.ts'
import type { Site } from '#nft/site.ts'
import { addSpoofGuard, collectSpoofGuards, removeSpoofGuard } from '#nft/spoof-guard.ts'
import { test as kernelTest } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { nftRuleset, recordedRuleset, ruleComments } from '#test/lab/ruleset.ts'

const test = kernelTest.extend<{ readonly site: Site }>({
  site: async ({ space }, use) => {
    await use({ space, host: nodeHost() })
  },
})

const guarded = {
  network: 'unit-test',
  containerId: 'one',
  ifName: 'eth0',
  // The two that the reference plugin had when it was recorded.
  hostLink: 'veth5a583791',
  mac: parseMac('2e:50:6e:3d:69:a4'),
}
const recorded = recordedRuleset('spoof-guard')
/** The table and its base chain, which stay. */
const skeleton = recorded.slice(0, 2)

/** A guard in the words of nft, as the reference makes it. */
function addForeignGuard(witness: LabNamespace, id: string, hostLink: string): void {
  const chain = `cni-br-iface-${id}`
  witness.run('nft', `add chain bridge nat ${chain}; add chain bridge nat ${chain}-mac`)
  const comment = `comment "macspoofchk-${id}"`
  witness.run('nft', `add rule bridge nat PREROUTING iifname ${hostLink} jump ${chain} ${comment}`)
  witness.run('nft', `add rule bridge nat ${chain} jump ${chain}-mac ${comment}`)
  witness.run('nft', `add rule bridge nat ${chain}-mac drop ${comment}`)
}

test('nft lists the guard that it listed for the reference plugin', ({ site, witness }) => {
  addSpoofGuard(site, guarded)
  expect(nftRuleset(witness)).toEqual(recorded)
  addSpoofGuard(site, guarded)
  expect(nftRuleset(witness)).toEqual(recorded)
  const text = witness.run('nft', 'list', 'chain', 'bridge', 'nat', 'cni-br-iface-one-eth0')
  expect(text).toContain('comment "6fd94d501e58f0aa-287fc69eff0574a2, net: unit-test')
})

test('a guard takes the place of one for another link and hardware address', ({
  site,
  witness,
}) => {
  addSpoofGuard(site, { ...guarded, hostLink: 'veth0', mac: parseMac('02:00:00:00:00:01') })
  addSpoofGuard(site, guarded)
  expect(nftRuleset(witness)).toEqual(recorded)
})

test('a guard that is removed leaves the chain that all share', ({ site, witness }) => {
  addSpoofGuard(site, guarded)
  removeSpoofGuard(site, guarded)
  expect(nftRuleset(witness)).toEqual(skeleton)
  removeSpoofGuard(site, guarded)
})

test('removal without any guard makes no table', ({ site, witness }) => {
  removeSpoofGuard(site, guarded)
  collectSpoofGuards(site, 'unit-test', [])
  expect(nftRuleset(witness)).toEqual([])
})

test('a guard that somebody else made, twice over, is removed whole', ({ site, witness }) => {
  addSpoofGuard(site, { ...guarded, containerId: 'other' })
  const before = nftRuleset(witness)
  addForeignGuard(witness, 'one-eth0', 'veth1')
  addForeignGuard(witness, 'one-eth0', 'veth1')
  removeSpoofGuard(site, guarded)
  expect(nftRuleset(witness)).toEqual(before)
})

test('a guard that the kernel refuses leaves the rules as they were', ({ site, witness }) => {
  // A chain of this name that no frame comes through.
  witness.run('nft', 'add table bridge nat; add chain bridge nat PREROUTING')
  const before = nftRuleset(witness)
  expect(() => addSpoofGuard(site, guarded)).toThrow('PREROUTING')
  expect(nftRuleset(witness)).toEqual(before)
})

test('a name of full length is guarded and removed', ({ site, witness }) => {
  const long = { ...guarded, containerId: 'f'.repeat(64), ifName: 'abcdefghijklmno' }
  addSpoofGuard(site, { ...long, hostLink: 'abcdefghijklmno' })
  expect(ruleComments(witness, 'PREROUTING')).toEqual([
    `macspoofchk-${long.containerId}-${long.ifName}`,
  ])
  expect(witness.run('nft', 'list', 'ruleset')).toContain('iifname "abcdefghijklmno"')
  removeSpoofGuard(site, long)
  expect(nftRuleset(witness)).toEqual(skeleton)
})

test('nft lists no guards of attachments that a collection was not told of', ({
  site,
  witness,
}) => {
  addSpoofGuard(site, { ...guarded, containerId: 'two' })
  addSpoofGuard(site, guarded)
  addSpoofGuard(site, { ...guarded, containerId: 'three', network: 'other' })
  collectSpoofGuards(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  const kept = ['macspoofchk-one-eth0', 'macspoofchk-three-eth0']
  expect(ruleComments(witness, 'PREROUTING')).toEqual(kept)
})

test('a collection takes a guard of nobody’s when its link is gone', ({ site, witness }) => {
  addSpoofGuard(site, guarded)
  witness.ip('link', 'add', 'br0', 'type', 'bridge')
  addForeignGuard(witness, 'alive-eth0', 'br0')
  addForeignGuard(witness, 'dead-eth0', 'veth9')
  addForeignGuard(witness, 'valid-eth0', 'veth8')
  const valid = ['one', 'valid'].map((containerId) => ({ containerId, ifName: 'eth0' }))
  collectSpoofGuards(site, 'unit-test', valid)
  expect(ruleComments(witness, 'PREROUTING')).toEqual([
    'macspoofchk-one-eth0',
    'macspoofchk-alive-eth0',
    'macspoofchk-valid-eth0',
  ])
})
