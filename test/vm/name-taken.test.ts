/**
 * Links born in one namespace on request from another in which their name is taken.
 *
 * Before Linux 6.15 RTM_NEWLINK with IFLA_NET_NS_FD also looks for the new name in the namespace
 * of the requester, which for a macvlan is that of its parent.
 */

import { expect } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import type { MacvlanSpec } from '#kernel/link.ts'
import { test as base } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

const mac = parseMac('02:00:5e:10:00:01')
const parentMac = parseMac('02:00:5e:10:00:02')

interface Fixtures {
  /** What to create in the pod: an eth0 on the eth0 of `space`. */
  readonly eth0: MacvlanSpec
}

const test = base.extend<Fixtures>({
  eth0: async ({ space }, use) => {
    const parent = space.createLink({ kind: 'dummy', name: 'eth0', mac: parentMac, isUp: true })
    await use({
      kind: 'macvlan',
      name: 'eth0',
      parent: { index: parent.index, namespace: space },
      macvlan: { mode: 'bridge' },
    })
  },
})

/** All that iproute2 says of the links of some namespaces. */
const everything = (...spaces: readonly LabNamespace[]): unknown => spaces.map((one) => one.links())

test('this kernel looks for the name where the request comes from', ({
  eth0,
  otherWitness,
  witness,
}) => {
  const { kind, name } = eth0
  const add = ['link', 'add', name, 'link', 'eth0', 'netns', otherWitness.name, 'type', kind]
  expect(() => witness.ip(...add)).toThrow('File exists')
})

test('creates an eth0 on a parent eth0', ({ eth0, other, otherWitness, witness }) => {
  const created = other.createLink(eth0)
  expect(otherWitness).toHaveOnlyLinks('eth0')
  expect(witness).toHaveOnlyLinks('eth0')
  expect(otherWitness).toHaveLink('eth0', { kind: 'macvlan', mode: 'bridge', isUp: false })
  expect(witness).toHaveLink('eth0', { kind: 'dummy', mac: parentMac, isUp: true })
  expect(otherWitness.findLink('eth0')).toMatchObject({
    ifindex: created.index,
    link_index: eth0.parent.index,
    link_netnsid: created.parentNamespaceId,
  })
})

test('gives it every property that was asked for', ({ eth0, other, otherWitness, witness }) => {
  const wanted = { mac, mtu: 1200, isUp: true, txQueueLength: 55 }
  const macvlan = { mode: 'vepa', broadcastQueueLength: 4321 } as const
  const created = other.createLink({ ...eth0, ...wanted, macvlan })
  expect(created).toMatchObject({ name: 'eth0', ...wanted, macvlan })
  expect(otherWitness).toHaveLink('eth0', {
    kind: 'macvlan',
    mode: 'vepa',
    mac,
    mtu: 1200,
    isUp: true,
  })
  expect(otherWitness.findLink('eth0')?.txqlen).toBe(55)
  expect(otherWitness).toHaveOnlyLinks('eth0')
  expect(witness).toHaveOnlyLinks('eth0')
})

test('creates a link that has the name of any other link there', ({
  eth0,
  other,
  otherWitness,
  space,
  witness,
}) => {
  space.createLink({ kind: 'bridge', name: 'net1' })
  other.createLink({ ...eth0, name: 'net1' })
  expect(otherWitness).toHaveOnlyLinks('net1')
  expect(otherWitness).toHaveLink('net1', { kind: 'macvlan' })
  expect(witness).toHaveOnlyLinks('eth0', 'net1')
  expect(witness).toHaveLink('net1', { kind: 'bridge' })
})

test('changes nothing when the name is taken where the link shall live', ({
  eth0,
  other,
  otherWitness,
  witness,
}) => {
  other.createLink({ kind: 'dummy', name: 'eth0' })
  const before = everything(otherWitness, witness)
  expect(() => other.createLink(eth0)).toThrow(
    `create link eth0 (macvlan on eth0) in ${otherWitness.path}: EEXIST file exists — the name is taken`,
  )
  expect(everything(otherWitness, witness)).toEqual(before)
})

test('changes nothing when the link cannot be created', ({
  eth0,
  other,
  otherWitness,
  witness,
}) => {
  const before = everything(otherWitness, witness)
  expect(() => other.createLink({ ...eth0, mtu: 9000 })).toThrow(
    `create link eth0 (macvlan on eth0) in ${otherWitness.path}: EINVAL`,
  )
  expect(everything(otherWitness, witness)).toEqual(before)
})

// The kernel notices only when the link goes up, which is after it has got its name.
test('leaves no link behind that cannot go up', ({ eth0, other, otherWitness, witness }) => {
  expect(() => other.createLink({ ...eth0, mac: parentMac, isUp: true })).toThrow(
    `create link eth0 (macvlan on eth0) in ${otherWitness.path}: EADDRINUSE`,
  )
  expect(otherWitness).toHaveOnlyLinks()
  expect(witness).toHaveOnlyLinks('eth0')
})

test('creates a veth whose other end is born under a name that is taken at this end', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const taken = space.createLink({ kind: 'dummy', name: 'eth0' })
  const peer = { name: 'eth0', namespace: other, mac }
  const created = space.createLink({ kind: 'veth', name: 'veth0', peer })
  expect(witness).toHaveOnlyLinks('eth0', 'veth0')
  expect(witness.findLink('eth0')?.ifindex).toBe(taken.index)
  expect(otherWitness).toHaveOnlyLinks('eth0')
  expect(otherWitness).toHaveLink('eth0', { kind: 'veth', mac })
  expect(otherWitness.findLink('eth0')).toMatchObject({
    ifindex: created.parent,
    link_index: created.index,
  })
})

test('creates a veth whose ends have one name in two namespaces', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const created = space.createLink({
    kind: 'veth',
    name: 'eth0',
    peer: { name: 'eth0', namespace: other },
  })
  expect(witness).toHaveOnlyLinks('eth0')
  expect(otherWitness).toHaveOnlyLinks('eth0')
  expect(otherWitness.findLink('eth0')?.link_index).toBe(created.index)
})
