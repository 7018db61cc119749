/** Bridges that filter VLANs, which a kernel without CONFIG_BRIDGE_VLAN_FILTERING does not have. */

import { expect } from 'vitest'
import type { BridgeVlan } from '#kernel/bridge-port.ts'
import type { Namespace } from '#kernel/kernel.ts'
import { test as base } from '#test/lab/kernel.ts'

interface Fixtures {
  /** A port `p0` of a bridge that filters VLANs, by its index. */
  readonly port: number
}

const test = base.extend<Fixtures>({
  port: async ({ space }, use) => {
    await use(newPort(space))
  },
})

function newPort(space: Namespace): number {
  const bridge = { hasVlanFiltering: true }
  const controller = space.createLink({ kind: 'bridge', name: 'br0', bridge }).index
  return space.createLink({ kind: 'veth', name: 'p0', controller, peer: { name: 'far' } }).index
}

const tagged = (id: number): BridgeVlan => ({ id, isPortDefault: false, isUntagged: false })
const native = (id: number): BridgeVlan => ({ id, isPortDefault: true, isUntagged: true })
const range = (first: number, last: number, step = 1): number[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + step * i)

/** What a new port is in: the bridge's default VLAN. */
const byDefault = '1 PVID Egress Untagged'

test('creates a bridge that filters VLANs', ({ space, witness }) => {
  const bridge = { hasVlanFiltering: true, defaultVlan: 7 }
  const created = space.createLink({ kind: 'bridge', name: 'br0', bridge })
  expect(witness.findLink('br0')).toMatchObject({
    linkinfo: { info_kind: 'bridge', info_data: { vlan_filtering: 1, vlan_default_pvid: 7 } },
  })
  expect(created.bridge).toMatchObject(bridge)
})

test('adds VLANs of every sort to a port', ({ port, space, witness }) => {
  const untagged = { id: 30, isPortDefault: false, isUntagged: true }
  const taggedDefault = { id: 40, isPortDefault: true, isUntagged: false }
  space.addBridgeVlans(port, [taggedDefault, untagged, ...range(10, 19).map(tagged)])
  expect(witness.bridgeVlans('p0')).toEqual([
    '1 Egress Untagged',
    '10-19',
    '30 Egress Untagged',
    '40 PVID',
  ])
  expect(space.listBridgeVlans(port)).toEqual([
    { id: 1, isPortDefault: false, isUntagged: true },
    ...range(10, 19).map(tagged),
    untagged,
    taggedDefault,
  ])
})

test('overwrites what a port knew of a VLAN', ({ port, space, witness }) => {
  space.addBridgeVlans(port, [native(7), tagged(8)])
  space.addBridgeVlans(port, [tagged(7), native(8)])
  expect(witness.bridgeVlans('p0')).toEqual(['1 Egress Untagged', '7', '8 PVID Egress Untagged'])
  expect(space.listBridgeVlans(port).slice(1)).toEqual([tagged(7), native(8)])
})

test('the last word on a VLAN that is named twice counts', ({ port, space, witness }) => {
  space.addBridgeVlans(port, [native(7), tagged(7)])
  expect(witness.bridgeVlans('p0')).toEqual([byDefault, '7'])
})

test('removes VLANs, also those that a port is not in', ({ port, space, witness }) => {
  space.addBridgeVlans(port, range(10, 19).map(tagged))
  space.removeBridgeVlans(port, [1, 15, 99, ...range(18, 30)])
  expect(witness.bridgeVlans('p0')).toEqual(['10-14', '16-17'])
  space.removeBridgeVlans(port, [1, 15, 99])
  expect(witness.bridgeVlans('p0')).toEqual(['10-14', '16-17'])
  space.removeBridgeVlans(port, range(1, 4094))
  expect(witness.bridgeVlans('p0')).toEqual([])
  expect(space.listBridgeVlans(port)).toEqual([])
})

test('adds, lists and removes every VLAN there is', ({ port, space, witness }) => {
  space.addBridgeVlans(port, range(1, 4094).map(tagged))
  expect(witness.bridgeVlans('p0')).toEqual(['1-4094'])
  expect(space.listBridgeVlans(port)).toEqual(range(1, 4094).map(tagged))
  space.removeBridgeVlans(port, range(1, 4094))
  expect(witness.bridgeVlans('p0')).toEqual([])
})

test('adds, lists and removes every second VLAN', ({ port, space, witness }) => {
  const odd = range(1, 4094, 2)
  space.addBridgeVlans(port, odd.map(tagged))
  expect(witness.bridgeVlans('p0')).toEqual(odd.map(String))
  expect(space.listBridgeVlans(port)).toEqual(odd.map(tagged))
  space.removeBridgeVlans(port, odd)
  expect(witness.bridgeVlans('p0')).toEqual([])
})

test('lists as many VLANs as a port can be in, all of them one by one', ({
  open,
  port,
  witness,
}) => {
  const every = range(1, 4094).map((id) => ({ ...tagged(id), isUntagged: id % 2 === 0 }))
  // Sockets that have not been used yet: nothing has told the kernel of larger buffers.
  open(witness).addBridgeVlans(port, every)
  expect(open(witness).listBridgeVlans(port)).toEqual(every)
  expect(witness.bridgeVlans('p0')).toHaveLength(4094)
})

test('lists the VLANs of one port and not those of another', ({ port, space }) => {
  const { controller } = space.link(port)
  const peer = { name: 'far1' }
  const other = space.createLink({ kind: 'veth', name: 'p1', controller: Number(controller), peer })
  space.addBridgeVlans(port, [tagged(7)])
  space.addBridgeVlans(other.index, [tagged(8)])
  expect(space.listBridgeVlans(port)).toEqual([native(1), tagged(7)])
  expect(space.listBridgeVlans(other.index)).toEqual([native(1), tagged(8)])
})

test('knows no VLANs of a link that is no port', ({ port, space }) => {
  const { index } = space.link('far')
  expect(space.link(port).bridgePort).toBeDefined()
  expect(space.listBridgeVlans(index)).toEqual([])
  expect(() => space.addBridgeVlans(index, [tagged(7)])).toThrow(
    `add VLANs to bridge port far in ${space.path}: EOPNOTSUPP operation not supported — the link is no port of a bridge`,
  )
})
