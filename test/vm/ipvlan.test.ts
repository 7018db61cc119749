/** Ipvlans, from their creation to their removal. */

import { expect } from 'vitest'
import type { IpvlanFlag, IpvlanMode } from '#kernel/link.ts'
import { test } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const kinds: [IpvlanMode, IpvlanFlag][] = [
  ['l2', 'private'],
  ['l3', 'vepa'],
  ['l3s', 'bridge'],
]

test.for(kinds)('creates one in mode %s with the flag %s', ([mode, flag], { space, witness }) => {
  const parent = space.createLink({ kind: 'dummy', name: 'eth0' }).index
  const spec = { name: 'net1', parent: { index: parent }, mtu: 1400, ipvlan: { mode, flag } }
  const created = space.createLink({ kind: 'ipvlan', ...spec })
  const seen = witness.findLink('net1')
  expect(seen).toMatchObject({
    ifindex: created.index,
    link: 'eth0',
    mtu: 1400,
    linkinfo: { info_kind: 'ipvlan', info_data: { mode, [flag]: true } },
  })
  const { mac } = space.link(parent)
  expect(created).toMatchObject({ kind: 'ipvlan', parent, mtu: 1400, mac, ipvlan: { mode, flag } })
  expect(space.findLink('net1')).toEqual(created)
  expect(space.removeLink('net1')).toBe(true)
  expect(witness).toHaveOnlyLinks('eth0')
})

test('the kernel gives mode and flag of a new one to all on the parent, wherever they are', ({
  lab,
  open,
  space,
  witness,
}) => {
  const { index } = space.createLink({ kind: 'dummy', name: 'eth0' })
  const [one, other] = [lab.namespace('one'), lab.namespace('other')]
  const parent = { index, namespace: space }
  const ipvlan = { mode: 'l2', flag: 'private' } as const
  open(one).createLink({ kind: 'ipvlan', name: 'eth0', parent, ipvlan })
  open(other).createLink({ kind: 'ipvlan', name: 'eth0', parent, ipvlan: { mode: 'l3' } })
  expect(open(one).link('eth0').ipvlan).toEqual({ mode: 'l3', flag: 'private' })
  const onto = { index: open(one).link('eth0').index }
  const stacked = { kind: 'ipvlan', name: 'net1', parent: onto } as const
  const created = open(one).createLink({ ...stacked, ipvlan: { mode: 'l3s', flag: 'vepa' } })
  expect(created.parent).toBe(index)
  expect(open(other).link('eth0').ipvlan).toEqual({ mode: 'l3s', flag: 'vepa' })
  expect(witness).toHaveOnlyLinks('eth0')
})

test('refuses one on a parent that carries a macvlan', ({ space }) => {
  const { index } = space.createLink({ kind: 'dummy', name: 'eth0' })
  const parent = { index }
  space.createLink({ kind: 'macvlan', name: 'macvlan0', parent, macvlan: { mode: 'bridge' } })
  expect(() =>
    space.createLink({ kind: 'ipvlan', name: 'net1', parent, ipvlan: { mode: 'l2' } }),
  ).toThrow(`create link net1 (ipvlan on eth0) in ${space.path}: EBUSY`)
})
