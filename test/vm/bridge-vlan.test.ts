/** Bridges that filter VLANs, which a kernel without CONFIG_BRIDGE_VLAN_FILTERING does not have. */

import { expect } from 'vitest'
import { test } from '#test/lab/kernel.ts'

test('creates a bridge that filters VLANs', ({ space, witness }) => {
  const bridge = { hasVlanFiltering: true, defaultVlan: 7 }
  const created = space.createLink({ kind: 'bridge', name: 'br0', bridge })
  expect(witness.findLink('br0')).toMatchObject({
    linkinfo: { info_kind: 'bridge', info_data: { vlan_filtering: 1, vlan_default_pvid: 7 } },
  })
  expect(created.bridge).toMatchObject(bridge)
})
