import { readFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import type { Site } from '#nft/site.ts'
import { addSpoofGuard, collectSpoofGuards, removeSpoofGuard } from '#nft/spoof-guard.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'
import { debugRule } from '#test/lab/nft-debug.ts'

const table = { family: 'bridge', table: 'nat' } as const
const prerouting = { ...table, chain: 'PREROUTING' } as const
const guarded = {
  network: 'unit-test',
  containerId: 'one',
  ifName: 'eth0',
  // The two that the reference plugin had when it was recorded.
  hostLink: 'veth5a583791',
  mac: parseMac('2e:50:6e:3d:69:a4'),
}

let space: FakeNamespace
let site: Site
beforeEach(() => {
  space = new FakeKernel().host
  site = { space, host: new FakeHost() }
})

function chains(): string[] {
  return space.listNftChains(table).map(({ chain }) => chain)
}

function chainsOf(...ids: readonly string[]): string[] {
  return ids.flatMap((id) => [`cni-br-iface-${id}`, `cni-br-iface-${id}-mac`])
}

function rules(): string {
  const found = space.listNftChains(table).flatMap((chain) => space.listNftRules(chain))
  return found.map(debugRule).join('\n\n')
}

/** A guard as the reference makes it: its chains have no comments. */
function addForeignGuard(containerId: string, hostLink: string): void {
  addSpoofGuard(site, { ...guarded, containerId, hostLink })
  const list = space.listNftChains.bind(space)
  space.listNftChains = (key) =>
    list(key).map(({ comment, ...chain }) =>
      comment?.endsWith(`id: ${containerId}`) || comment === undefined
        ? chain
        : { ...chain, comment },
    )
}

const recorded = readFileSync('test/fixtures/nft/spoof-guard.debug', 'utf8').trim()

test('the guard has the rules that the reference plugin was recorded making', () => {
  addSpoofGuard(site, guarded)
  expect(rules()).toBe(recorded)
})

test('guarding again makes nothing more', () => {
  addSpoofGuard(site, { ...guarded, hostLink: 'veth0' })
  addSpoofGuard(site, guarded)
  expect(rules()).toBe(recorded)
  expect(chains()).toEqual(['PREROUTING', ...chainsOf('one-eth0')])
})

test('a guard is removed with all jumps to it, and no other guard is', () => {
  addSpoofGuard(site, guarded)
  addSpoofGuard(site, { ...guarded, ifName: 'eth1', hostLink: 'veth1' })
  const expressions = [
    { kind: 'verdict', verdict: 'jump', chain: 'cni-br-iface-one-eth0' } as const,
  ]
  const comment = 'macspoofchk-one-eth0'
  space.changeNftables([{ operation: 'addRule', ...prerouting, expressions, comment }])
  removeSpoofGuard(site, guarded)
  expect(chains()).toEqual(['PREROUTING', ...chainsOf('one-eth1')])
  expect(space.listNftRules(prerouting)).toHaveLength(1)
  removeSpoofGuard(site, guarded)
})

test('a jump whose chains are gone is removed by its comment', () => {
  const comment = 'macspoofchk-one-eth0'
  space.changeNftables([
    { operation: 'addTable', ...table },
    { operation: 'addChain', ...prerouting },
    { operation: 'addRule', ...prerouting, expressions: [], comment },
  ])
  removeSpoofGuard(site, guarded)
  expect(space.listNftRules(prerouting)).toEqual([])
})

test('a collection removes the guards of its network that no valid attachment has', () => {
  addSpoofGuard(site, guarded)
  addSpoofGuard(site, { ...guarded, containerId: 'two' })
  addSpoofGuard(site, { ...guarded, containerId: 'three', network: 'other' })
  collectSpoofGuards(site, 'unit-test', [{ containerId: 'one', ifName: 'eth0' }])
  expect(chains()).toEqual(['PREROUTING', ...chainsOf('one-eth0', 'three-eth0')])
})

test('a collection removes a guard of nobody’s only when its link is gone', () => {
  space.addLink({ name: 'veth1' })
  addForeignGuard('alive', 'veth1')
  addForeignGuard('dead', 'veth2')
  addForeignGuard('valid', 'veth3')
  collectSpoofGuards(site, 'unit-test', [{ containerId: 'valid', ifName: 'eth0' }])
  expect(chains()).toEqual(['PREROUTING', ...chainsOf('alive-eth0', 'valid-eth0')])
})

test('a collection leaves chains that nobody jumps to yet', () => {
  space.changeNftables([
    { operation: 'addTable', ...table },
    { operation: 'addChain', ...table, chain: 'cni-br-iface-one-eth0' },
  ])
  collectSpoofGuards(site, 'unit-test', [])
  expect(chains()).toEqual(['cni-br-iface-one-eth0'])
})

test('without nf_tables there is nothing to remove, and no guard', () => {
  space.findNftChain = space.listNftChains = () => {
    throw fakeError('EOPNOTSUPP', 'list', 'chains')
  }
  removeSpoofGuard(site, guarded)
  collectSpoofGuards(site, 'unit-test', [])
  expect(() => addSpoofGuard(site, guarded)).toThrow('EOPNOTSUPP')
})
