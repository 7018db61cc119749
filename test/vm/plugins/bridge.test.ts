/** VLANs of the bridge plugin, which a kernel without CONFIG_BRIDGE_VLAN_FILTERING does not have. */

import { expect } from 'vitest'
import { bridge, type Config } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** The VLANs of the port that a pod's link leads to, as `1 PVID Egress Untagged` or `10-19`. */
function vlansOf(host: LabNamespace, pod: Pod): readonly string[] {
  return host.bridgeVlans(pod.hostEnd())
}

/** A host, and pods on its bridge, each with keys of its own. */
async function podsWith(lab: Lab, ...keys: readonly Config[]): Promise<[LabNamespace, ...Pod[]]> {
  const host = lab.host()
  const pods: Pod[] = []
  for (const [position, own] of keys.entries()) {
    const pod = lab.pod(host)
    expect(await pod.add(bridge(own))).toSucceed()
    pod.ip('address', 'add', `10.7.0.${position + 1}/24`, 'dev', 'net1')
    pods.push(pod)
  }
  return [host, ...pods]
}

const ports: [string, Config, readonly string[]][] = [
  ['an access port', { vlan: 100 }, ['100 PVID Egress Untagged']],
  [
    'an access port that keeps the default',
    { vlan: 100, preserveDefaultVlan: true },
    ['1 Egress Untagged', '100 PVID Egress Untagged'],
  ],
  [
    'a trunk with the native VLAN',
    { vlanTrunk: [{ id: 300 }, { minID: 200, maxID: 210 }, { id: 205 }] },
    ['1 PVID Egress Untagged', '200-210', '300'],
  ],
  [
    'a trunk beside an access VLAN',
    { vlan: 100, vlanTrunk: [{ id: 101, minID: 4093, maxID: 4094 }] },
    ['100 PVID Egress Untagged', '101', '4093-4094'],
  ],
  ['a trunk that has the access VLAN', { vlan: 100, vlanTrunk: [{ id: 100 }] }, ['100']],
  ['an empty trunk', { vlanTrunk: [] }, ['1 PVID Egress Untagged']],
]

test.for(ports)('%s is in its VLANs and no others', async ([, keys, vlans], { lab }) => {
  const [host, pod] = await podsWith(lab, keys)
  expect(pod && vlansOf(host, pod)).toEqual(vlans)
  expect(host.findLink('br0')?.linkinfo?.info_data).toMatchObject({ vlan_filtering: 1 })
})

test('a bridge without VLANs filters none', async ({ lab }) => {
  const [host] = await podsWith(lab, {})
  expect(host.findLink('br0')?.linkinfo?.info_data).toMatchObject({ vlan_filtering: 0 })
})

test('pods reach those in their VLAN, with and without tags, and no others', async ({ lab }) => {
  const trunk = { vlanTrunk: [{ minID: 100, maxID: 101 }] }
  const [, first, second, other, trunked, plain] = await podsWith(
    lab,
    ...[{ vlan: 100 }, { vlan: 100 }, { vlan: 101 }, trunk, {}],
  )
  expect(first).toReach('10.7.0.2')
  expect(first).not.toReach('10.7.0.3')
  expect(other).not.toReach('10.7.0.1')
  expect(first).not.toReach('10.7.0.4')
  // Without tags the trunk is in the VLAN that a plain port is in.
  expect(plain).toReach('10.7.0.4')
  for (const [vlan, address] of [
    ['100', '10.7.0.1'],
    ['101', '10.7.0.3'],
  ] as const) {
    trunked?.ip('link', 'add', 'tagged', 'link', 'net1', 'type', 'vlan', 'id', vlan)
    trunked?.ip('address', 'flush', 'dev', 'net1')
    trunked?.ip('address', 'add', '10.7.0.77/24', 'dev', 'tagged')
    trunked?.ip('link', 'set', 'tagged', 'up')
    expect(trunked).toReach(address)
    trunked?.ip('link', 'delete', 'tagged')
  }
  expect(second).toReach('10.7.0.1')
})

test('CHECK notices a VLAN that a port has left', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const config = bridge({ vlan: 100, vlanTrunk: [{ minID: 200, maxID: 202 }] })
  const { result: prevResult } = await pod.add(config)
  expect(await pod.check({ ...config, prevResult })).toSucceed()
  host.run('bridge', 'vlan', 'delete', 'dev', pod.hostEnd(), 'vid', '201')
  expect(await pod.check({ ...config, prevResult })).toFailWith(999, '201')
})
