/** Links in VLANs, from their creation to their removal. */

import { expect } from 'vitest'
import type { VlanSpec } from '#kernel/link.ts'
import { test as base } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

interface Fixtures {
  /** `net1` in VLAN 100 of the `eth0` of `space`. */
  readonly net1: VlanSpec
}

const test = base.extend<Fixtures>({
  net1: async ({ space }, use) => {
    const { index } = space.createLink({ kind: 'dummy', name: 'eth0', isUp: true })
    const parent = { index, namespace: space }
    await use({ kind: 'vlan', name: 'net1', parent, vlan: { id: 100 } })
  },
})

test('creates a link in any VLAN there is', ({ other, net1, otherWitness }) => {
  for (const id of [0, 1, 4094]) {
    const created = other.createLink({ ...net1, mtu: 1400, isUp: true, vlan: { id } })
    expect(otherWitness.findLink('net1')).toMatchObject({
      ifindex: created.index,
      link_index: net1.parent.index,
      mtu: 1400,
      flags: expect.arrayContaining(['UP']),
      linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id } },
    })
    const expected = { kind: 'vlan', parent: net1.parent.index, mtu: 1400, vlan: { id } }
    expect(created).toMatchObject(expected)
    expect(other.removeLink('net1')).toBe(true)
  }
  const createIn = (id: number) => () => other.createLink({ ...net1, vlan: { id } })
  expect(createIn(4095)).toThrow('create link net1 (vlan on eth0)')
  expect(createIn(65536)).toThrow('property id is 65536, not from 0 to 65535')
  expect(otherWitness).toHaveOnlyLinks()
})

const taken = 'EEXIST file exists — 8021q: VLAN device already exists'

test('a number that is taken on the parent is told as such, and a name that is, too', ({
  other,
  net1,
  otherWitness,
  space,
  witness,
}) => {
  const inHome = { ...net1, name: 'eth0.100', parent: { index: net1.parent.index } }
  space.createLink(inHome)
  expect(() => other.createLink(net1)).toThrow(
    `create link net1 (vlan on eth0) in ${otherWitness.path}: ${taken}`,
  )
  // Before Linux 6.15 it is born under another name first.
  expect(() => other.createLink({ ...net1, name: 'eth0' })).toThrow(
    `create link eth0 (vlan on eth0) in ${otherWitness.path}: ${taken}`,
  )
  expect(() => space.createLink({ ...inHome, name: 'net1' })).toThrow(taken)
  expect(otherWitness).toHaveOnlyLinks()
  expect(witness).toHaveOnlyLinks('eth0', 'eth0.100')
  other.createLink({ kind: 'bridge', name: 'net1' })
  expect(() => other.createLink(net1)).toThrow('EEXIST file exists — the name is taken')
})

test('a link in a VLAN may carry one itself, and is its parent', ({
  other,
  net1,
  otherWitness,
}) => {
  const { index } = other.createLink(net1)
  const inner = { ...net1, name: 'net2', parent: { index } }
  expect(other.createLink(inner).parent).toBe(index)
  expect(otherWitness.findLink('net2')?.link).toBe('net1')
})
