import { expect } from 'vitest'
import { isSystemError } from '#base/system-error.ts'
import { parseMac } from '#ip/mac.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { LinkSpec, MacvlanMode } from '#kernel/link.ts'
import { bridge, test, veth } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const mac = parseMac('02:00:5e:10:00:01')
const peerMac = parseMac('02:00:5e:10:00:02')

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isSystemError(error)) return error.code
    throw error
  }
  return 'no error'
}

/** The index of a new veth's first end. */
const parentIn = (space: Namespace): number => space.createLink(veth('eth0', { name: 'far' })).index

test('creates a veth pair with every property of its ends', ({ space, witness }) => {
  const created = space.createLink({
    kind: 'veth',
    name: 'near',
    mtu: 1400,
    mac,
    isUp: true,
    alias: 'to the far end',
    txQueueLength: 77,
    peer: { name: 'far', mtu: 1300, mac: peerMac },
  })
  expect(witness.findLink('near')).toMatchObject({
    ifindex: created.index,
    link: 'far',
    mtu: 1400,
    address: mac,
    txqlen: 77,
    ifalias: 'to the far end',
    flags: expect.arrayContaining(['UP']),
    linkinfo: { info_kind: 'veth' },
  })
  expect(witness.findLink('far')).toMatchObject({ link: 'near', mtu: 1300, address: peerMac })
})

test('a link that cannot have its alias is not there', ({ space, witness }) => {
  const alias = 'a'.repeat(256)
  expect(() => space.createLink({ ...veth('near', { name: 'far' }), alias })).toThrow(
    `create link near (veth) in ${space.path}: ERANGE`,
  )
  expect(witness).toHaveOnlyLinks()
})

test('returns the link that it created', ({ space, witness }) => {
  const created = space.createLink(veth('near', { name: 'far' }))
  const near = witness.findLink('near')
  expect(created).toEqual({
    index: near?.ifindex,
    name: 'near',
    kind: 'veth',
    isUp: false,
    hasCarrier: false,
    isLoopback: false,
    operationalState: 'down',
    mtu: 1500,
    maxMtu: 65535,
    mac: near?.address,
    txQueueLength: 1000,
    promiscuity: 0,
    parent: witness.findLink('far')?.ifindex,
  })
})

test('creates a veth whose ends have the same name in two namespaces', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  otherWitness.ip('link', 'add', 'br0', 'type', 'bridge')
  const peer = { name: 'eth0', namespace: other, mtu: 1300, mac: peerMac }
  const created = space.createLink({ ...veth('eth0', peer), mtu: 1400 })
  expect(witness).toHaveLink('eth0', { kind: 'veth', mtu: 1400 })
  expect(otherWitness).toHaveLink('eth0', { kind: 'veth', mtu: 1300, mac: peerMac })
  expect(witness).toHaveOnlyLinks('eth0')
  expect(otherWitness).toHaveOnlyLinks('br0', 'eth0')
  expect(created.parent).toBe(otherWitness.findLink('eth0')?.ifindex)
  expect(created.parentNamespaceId).toBe(0)
  expect(witness.findLink('eth0')).toMatchObject({ link_index: created.parent, link_netnsid: 0 })
})

const modes: readonly MacvlanMode[] = ['bridge', 'private', 'vepa', 'passthru', 'source']

test.for(modes)('creates a macvlan in mode %s', (mode, { space, witness }) => {
  const parent = { index: parentIn(space) }
  const created = space.createLink({ kind: 'macvlan', name: 'net1', parent, macvlan: { mode } })
  expect(witness.findLink('net1')).toMatchObject({
    link: 'eth0',
    linkinfo: { info_kind: 'macvlan', info_data: { mode } },
  })
  expect(created).toMatchObject({ kind: 'macvlan', parent: parent.index, macvlan: { mode } })
})

test('creates a macvlan with every property', ({ space, witness }) => {
  const created = space.createLink({
    kind: 'macvlan',
    name: 'net1',
    parent: { index: parentIn(space) },
    macvlan: { mode: 'vepa', broadcastQueueLength: 4321 },
    mtu: 1200,
    mac,
    txQueueLength: 55,
  })
  expect(witness.findLink('net1')).toMatchObject({
    mtu: 1200,
    address: mac,
    txqlen: 55,
    linkinfo: { info_data: { mode: 'vepa', bcqueuelen: 4321 } },
  })
  expect(created.macvlan).toEqual({ mode: 'vepa', broadcastQueueLength: 4321 })
})

test('creates a macvlan in one namespace on a parent of the same name in another', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const parent = { index: parentIn(space), namespace: space }
  const spec: LinkSpec = { kind: 'macvlan', name: 'eth0', parent, mac, macvlan: { mode: 'bridge' } }
  const created = other.createLink(spec)
  expect(otherWitness).toHaveOnlyLinks('eth0')
  expect(otherWitness).toHaveLink('eth0', { kind: 'macvlan', mode: 'bridge', mac })
  expect(witness).toHaveOnlyLinks('eth0', 'far')
  expect(otherWitness.findLink('eth0')).toMatchObject({
    ifindex: created.index,
    link_index: parent.index,
    link_netnsid: created.parentNamespaceId,
  })
})

test('creates a bridge with every property', ({ space, witness }) => {
  const properties = { ageingTime: 12300, hasMulticastSnooping: false }
  const created = space.createLink({ ...bridge('br0'), mac, mtu: 1450, bridge: properties })
  expect(witness.findLink('br0')).toMatchObject({
    address: mac,
    mtu: 1450,
    linkinfo: { info_kind: 'bridge', info_data: { ageing_time: 12300, mcast_snooping: 0 } },
  })
  expect(created.bridge).toMatchObject(properties)
})

test('refuses a name that is taken and leaves what has it', ({ space, witness }) => {
  space.createLink(bridge('br0'))
  const index = witness.findLink('br0')?.ifindex
  expect(() => space.createLink(bridge('br0'))).toThrow(
    `create link br0 (bridge) in ${space.path}: EEXIST file exists — the name is taken`,
  )
  expect(codeOf(() => space.createLink(veth('br0', { name: 'far' })))).toBe('EEXIST')
  expect(witness.findLink('br0')?.ifindex).toBe(index)
  expect(witness).toHaveOnlyLinks('br0')
})

test('refuses a macvlan under a name that is taken where it shall live', ({
  other,
  otherWitness,
  space,
}) => {
  other.createLink(bridge('net1'))
  const parent = { index: parentIn(space), namespace: space }
  expect(() =>
    other.createLink({ kind: 'macvlan', name: 'net1', parent, macvlan: { mode: 'bridge' } }),
  ).toThrow(
    `create link net1 (macvlan on eth0) in ${other.path}: EEXIST file exists — the name is taken`,
  )
  expect(otherWitness).toHaveLink('net1', { kind: 'bridge' })
})

test('refuses a macvlan on a parent that is not there', ({ space, witness }) => {
  const spec: LinkSpec = {
    kind: 'macvlan',
    name: 'net1',
    parent: { index: 999 },
    macvlan: { mode: 'bridge' },
  }
  expect(() => space.createLink(spec)).toThrow(
    `create link net1 (macvlan on link 999) in ${space.path}: ENODEV no such device`,
  )
  expect(witness).toHaveOnlyLinks()
})

test('refuses a macvlan whose MTU is above that of its parent', ({ space, witness }) => {
  const parent = { index: parentIn(space) }
  const spec: LinkSpec = { kind: 'macvlan', name: 'm0', parent, macvlan: { mode: 'bridge' } }
  expect(codeOf(() => space.createLink({ ...spec, mtu: 9000 }))).toBe('EINVAL')
  expect(witness).toHaveOnlyLinks('eth0', 'far')
})

// The kernel would take the last two for a pattern and for no name at all.
const impossibleNames = ['sixteen-bytes-xx', 'a/b', 'a b', 'a:b', '.', '..', 'eth%d', '']

test.for(impossibleNames)(
  'refuses the name "%s" for either end of a veth',
  (name, { space, witness }) => {
    const message = `EINVAL invalid argument — property name is no name of a link: ${name}`
    expect(() => space.createLink(veth(name, { name: 'far' }))).toThrow(message)
    expect(() => space.createLink(veth('near', { name }))).toThrow(message)
    expect(witness).toHaveOnlyLinks()
  },
)

test('takes names of 15 bytes, whatever the letters', ({ space, witness }) => {
  for (const name of ['fifteen-bytes-x', 'größe-0', '-']) space.createLink(bridge(name))
  expect(witness).toHaveOnlyLinks('-', 'fifteen-bytes-x', 'größe-0')
})

test('refuses values of the wrong type before it asks the kernel', ({ space, witness }) => {
  const wrong: Record<string, unknown>[] = [
    { kind: 'bridge', name: 'br0', mtu: '1500' },
    { kind: 'bridge', name: 'br0', mtu: -1 },
    { kind: 'bridge', name: 'br0', mtu: 1.5 },
    { kind: 'bridge', name: 'br0', isUp: 1 },
    { kind: 'bridge', name: 'br\0' },
    { kind: 'starship', name: 'br0' },
    { name: 'br0' },
  ]
  // Such objects cannot be written in TypeScript, but they come from JavaScript.
  const create: (spec: never) => unknown = (spec) => space.createLink(spec)
  for (const spec of wrong) expect(() => create(spec as never)).toThrow(TypeError)
  expect(witness).toHaveOnlyLinks()
})
