/** Ports of a bridge. Their VLANs are in test/vm/bridge-vlan.test.ts. */

import { expect } from 'vitest'
import { isSystemError } from '#base/system-error.ts'
import type { BridgePortChange } from '#kernel/bridge-port.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { LinkSpec } from '#kernel/link.ts'
import { test } from '#test/lab/kernel.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

/** A port `p0` of a bridge `br0`; its index. */
function port(space: Namespace): number {
  const controller = space.createLink({ kind: 'bridge', name: 'br0' }).index
  return space.createLink({ kind: 'veth', name: 'p0', controller, peer: { name: 'far' } }).index
}

/** What `bridge -d link show` says of the port. */
function witnessed(witness: LabNamespace): object {
  const [shown] = JSON.parse(witness.run('bridge', '-j', '-d', 'link', 'show', 'dev', 'p0'))
  return shown
}

const changes: readonly { change: BridgePortChange; seen: object }[] = [
  { change: { isHairpin: true }, seen: { hairpin: true, isolated: false } },
  { change: { isIsolated: true }, seen: { hairpin: false, isolated: true } },
  { change: { isHairpin: true, isIsolated: true }, seen: { hairpin: true, isolated: true } },
  { change: { isHairpin: false, isIsolated: false }, seen: { hairpin: false, isolated: false } },
]

const described = changes.map((one) => ({ ...one, title: JSON.stringify(one.change) }))

test.for(described)('changes a bridge port to $title', ({ change, seen }, { space, witness }) => {
  const index = port(space)
  space.changeBridgePort(index, change)
  expect(witnessed(witness)).toMatchObject({ master: 'br0', ...seen })
  expect(space.link(index).bridgePort).toEqual({ isHairpin: false, isIsolated: false, ...change })
})

test('a change of a bridge port leaves what it does not name', ({ space, witness }) => {
  const index = port(space)
  space.changeBridgePort(index, { isHairpin: true })
  space.changeBridgePort(index, { isIsolated: true })
  expect(witnessed(witness)).toMatchObject({ hairpin: true, isolated: true })
  space.changeBridgePort(index, { isHairpin: false })
  expect(witnessed(witness)).toMatchObject({ hairpin: false, isolated: true })
})

test('a link that is no port has nothing to say of itself as one', ({ space }) => {
  port(space)
  expect(space.link('far').bridgePort).toBeUndefined()
  expect(space.link('br0').bridgePort).toBeUndefined()
})

test('says of a link that it is no port', ({ space }) => {
  port(space)
  const { index } = space.link('far')
  const rest = `far in ${space.path}: EOPNOTSUPP operation not supported — the link is no port of a bridge`
  expect(() => space.changeBridgePort(index, { isHairpin: true })).toThrow(
    `change bridge port ${rest}`,
  )
  const vlan = { id: 7, isPortDefault: false, isUntagged: false }
  expect(() => space.addBridgeVlans(index, [vlan])).toThrow(`add VLANs to bridge port ${rest}`)
  expect(() => space.removeBridgeVlans(index, [7])).toThrow(`remove VLANs from bridge port ${rest}`)
  expect(space.listBridgeVlans(index)).toEqual([])
})

test('names the port that is not there', ({ space }) => {
  const rest = `with index 999 in ${space.path}: ENODEV no such device`
  const vlan = { id: 7, isPortDefault: false, isUntagged: false }
  expect(() => space.changeBridgePort(999, {})).toThrow(`change bridge port ${rest}`)
  expect(() => space.listBridgeVlans(999)).toThrow(`list VLANs of bridge port ${rest}`)
  expect(() => space.addBridgeVlans(999, [vlan])).toThrow(`add VLANs to bridge port ${rest}`)
  expect(() => space.removeBridgeVlans(999, [7])).toThrow(`remove VLANs from bridge port ${rest}`)
})

test('refuses what is no port and no VLAN before it asks the kernel', ({ space }) => {
  const index = port(space)
  // Such values cannot be written in TypeScript, but they come from JavaScript.
  const wrong: readonly (() => void)[] = [
    () => space.changeBridgePort('p0' as never, {}),
    () => space.changeBridgePort(index, { isHairpin: 1 } as never),
    () => space.addBridgeVlans(index, {} as never),
    () => space.addBridgeVlans(index, [7] as never),
    () => space.addBridgeVlans(index, [{ id: '7' }] as never),
    () => space.removeBridgeVlans(index, 7 as never),
    () => space.removeBridgeVlans(index, ['7'] as never),
  ]
  for (const call of wrong) expect(call).toThrow(TypeError)
  expect(() => space.removeBridgeVlans(index, [4095])).toThrow(
    'ERANGE numerical result out of range — property id is 4095, not from 1 to 4094',
  )
})

/** Whether iproute2 gets a bridge that filters VLANs from this kernel. */
function hasVlans(witness: LabNamespace): boolean {
  try {
    witness.ip('link', 'add', 'probe', 'type', 'bridge', 'vlan_filtering', '1')
  } catch {
    return false
  }
  witness.ip('link', 'delete', 'probe')
  return true
}

test('a port gets its VLAN, or the error says that the kernel has none', ({ space, witness }) => {
  const bridge: LinkSpec = { kind: 'bridge', name: 'br1', bridge: { hasVlanFiltering: true } }
  const index = port(space)
  const vlan = { id: 7, isPortDefault: true, isUntagged: true }
  const steps = [() => space.createLink(bridge), () => space.addBridgeVlans(index, [vlan])]
  const why =
    'EOPNOTSUPP operation not supported — the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)'
  const expected = hasVlans(witness)
    ? [undefined, undefined]
    : [
        `create link br1 (bridge) in ${space.path}: ${why}`,
        `add VLANs to bridge port p0 in ${space.path}: ${why}`,
      ]
  expect(steps.map(messageOf)).toEqual(expected)
  space.removeBridgeVlans(index, [7])
  expect(space.listBridgeVlans(index)).not.toContainEqual(vlan)
})

function messageOf(step: () => unknown): string | undefined {
  try {
    step()
  } catch (error) {
    return isSystemError(error) ? error.message : `${error}`
  }
  return undefined
}
