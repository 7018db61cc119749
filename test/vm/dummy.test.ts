/** Dummy links, from their creation to their removal. */

import { expect } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { test } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const mac = parseMac('02:00:5e:10:00:01')
const addresses = ['10.1.2.3/24', 'fd00:1::2/64']

test('creates a dummy with every property', ({ space, witness }) => {
  const spec = { name: 'dummy0', mtu: 1400, mac, isUp: true, txQueueLength: 77 }
  const created = space.createLink({ kind: 'dummy', ...spec })
  const seen = witness.findLink('dummy0')
  expect(seen).toMatchObject({
    ifindex: created.index,
    mtu: 1400,
    address: mac,
    txqlen: 77,
    flags: expect.arrayContaining(['UP', 'LOWER_UP', 'NOARP']),
    linkinfo: { info_kind: 'dummy' },
  })
  expect(created).toMatchObject({ kind: 'dummy', ...spec, hasCarrier: true, isLoopback: false })
  expect(created.parent).toBeUndefined()
  expect(witness).toHaveOnlyLinks('dummy0')
})

test('changes a dummy, and only what is named', ({ space, witness }) => {
  const { index } = space.createLink({ kind: 'dummy', name: 'dummy0', mtu: 1400, mac })
  space.changeLink('dummy0', { mtu: 1300, alias: 'an uplink', isUp: true })
  expect(witness.findLink('dummy0')).toMatchObject({
    mtu: 1300,
    ifalias: 'an uplink',
    address: mac,
  })
  expect(witness).toHaveLink('dummy0', { isUp: true })
  space.changeLink('dummy0', { isUp: false })
  space.changeLink(index, { name: 'renamed', txQueueLength: 5 })
  expect(witness.findLink('renamed')).toMatchObject({ ifindex: index, mtu: 1300, txqlen: 5 })
  expect(witness).toHaveLink('renamed', { isUp: false, mac })
  expect(witness).toHaveOnlyLinks('renamed')
})

// Linux 6.2 allows it.
test('refuses to rename a link that is up', ({ space, witness }) => {
  space.createLink({ kind: 'dummy', name: 'dummy0', isUp: true })
  expect(() => space.changeLink('dummy0', { name: 'renamed' })).toThrow(
    `change link dummy0 in ${space.path}: EBUSY`,
  )
  expect(witness).toHaveOnlyLinks('dummy0')
})

test('lists a dummy as iproute2 does, by name, by index and among all', ({ space, witness }) => {
  witness.ip('link', 'add', 'dummy0', 'mtu', '1280', 'txqlen', '9', 'type', 'dummy')
  const seen = witness.findLink('dummy0')
  const listed = space.listLinks().find(({ name }) => name === 'dummy0')
  expect(listed).toEqual({
    index: seen?.ifindex,
    name: 'dummy0',
    kind: 'dummy',
    isUp: false,
    hasCarrier: false,
    isLoopback: false,
    operationalState: 'down',
    mtu: 1280,
    mac: seen?.address,
    txQueueLength: 9,
    promiscuity: 0,
  })
  expect(space.findLink('dummy0')).toEqual(listed)
  expect(space.findLink(seen?.ifindex ?? 0)).toEqual(listed)
})

test('removes a dummy once, with the addresses and routes it has', ({ space, witness }) => {
  const { index } = space.createLink({ kind: 'dummy', name: 'dummy0', isUp: true })
  for (const text of addresses) space.addAddress({ link: index, prefix: parseIpPrefix(text) })
  expect(witness.addressTexts('dummy0')).toEqual(addresses)
  expect(witness.routes(4).map(({ dst }) => dst)).toEqual(['10.1.2.0/24'])
  expect(space.removeLink('dummy0')).toBe(true)
  expect(space.removeLink('dummy0')).toBe(false)
  expect(witness).toHaveOnlyLinks()
  expect(space.listAddresses().filter(({ link }) => link === index)).toEqual([])
  expect(witness.routes(4)).toEqual([])
})

test('moves a dummy to another namespace', ({ lab, open, space, witness }) => {
  const pod = lab.namespace('pod')
  space.createLink({ kind: 'dummy', name: 'dummy0', mac })
  space.moveLink('dummy0', open(pod), 'net1')
  expect(witness).toHaveOnlyLinks()
  expect(pod).toHaveOnlyLinks('net1')
  expect(pod).toHaveLink('net1', { kind: 'dummy', mac })
})

test('refuses a dummy under a name that is taken', ({ space, witness }) => {
  const { index } = space.createLink({ kind: 'dummy', name: 'dummy0' })
  expect(() => space.createLink({ kind: 'dummy', name: 'dummy0' })).toThrow(
    `create link dummy0 (dummy) in ${space.path}: EEXIST file exists — the name is taken`,
  )
  expect(witness.findLink('dummy0')?.ifindex).toBe(index)
})
