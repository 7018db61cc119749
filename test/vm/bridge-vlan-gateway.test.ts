/** Gateways of VLANs, which a kernel without CONFIG_BRIDGE_VLAN_FILTERING does not have. */

import { expect, vi } from 'vitest'
import { bridge, hostLocalOf } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const gateway = (lab: Lab, vlan: number, third: number) =>
  bridge({
    vlan,
    isDefaultGateway: true,
    ipam: hostLocalOf(lab.dataDir(), `10.1.${third}.0/24`, `fd00:${third}::/64`),
  })

test('the gateway of a VLAN is an end of a veth with its addresses, and reached through it', async ({
  lab,
}) => {
  const host = lab.host()
  const [pod, stranger] = [lab.pod(host), lab.pod(host)]
  const config = gateway(lab, 100, 2)
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(host.addressTexts('br0.100')).toEqual(['10.1.2.1/24', 'fd00:2::1/64'])
  expect(host.addressTexts('br0')).toEqual([])
  const { mac, name } = added.result?.interfaces?.[3] ?? {}
  expect(name).toBe('br0.100')
  expect(host).toHaveLink('br0.100', { kind: 'veth', isUp: true, ...(mac && { mac }) })
  const port = host.findLink('br0.100')?.link ?? ''
  expect(host.bridgeVlans(port)).toEqual(['100 PVID Egress Untagged'])
  expect(pod).toReach('10.1.2.1')
  // Its own check for duplicates takes the host some time.
  await vi.waitFor(() => expect(pod).toReach('fd00:2::1'), { timeout: 60_000 })
  expect(await stranger.add(bridge({ vlan: 101 }))).toSucceed()
  stranger.ip('address', 'add', '10.1.2.99/24', 'dev', 'net1')
  expect(stranger).not.toReach('10.1.2.1')
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
})

test('the gateway of a VLAN connects pods of different VLANs, each through its own', async ({
  lab,
}) => {
  const host = lab.host()
  const [first, second] = [lab.pod(host), lab.pod(host)]
  expect(await first.add(gateway(lab, 100, 2))).toSucceed()
  expect(await second.add(gateway(lab, 101, 3))).toSucceed()
  expect(first).toReach('10.1.3.2')
})

test('goes with the last pod that is in the VLAN, and not before', async ({ lab }) => {
  const host = lab.host()
  const [first, second, other] = [lab.pod(host), lab.pod(host), lab.pod(host)]
  const [config, otherConfig] = [gateway(lab, 100, 2), gateway(lab, 101, 3)]
  expect(await first.add(config)).toSucceed()
  const { ifindex } = host.findLink('br0.100') ?? {}
  expect(await second.add(config)).toSucceed()
  expect(await other.add(otherConfig)).toSucceed()
  expect(host.findLink('br0.100')?.ifindex).toBe(ifindex)
  expect(await first.del(config)).toSucceed()
  expect(second).toReach('10.1.2.1')
  expect(await first.add(config)).toSucceed()
  expect(await second.del(config)).toSucceed()
  expect(host.findLink('br0.100')?.ifindex).toBe(ifindex)
  expect(first).toReach('10.1.2.1')
  expect(await first.del(config)).toSucceed()
  expect(host).not.toHaveLink('br0.100')
  expect(other).toReach('10.1.3.1')
  expect(await other.del(otherConfig)).toSucceed()
  expect(await other.del(otherConfig)).toSucceed()
  expect(host).toHaveOnlyLinks('br0')
})

test('is one for pods that come and go at once', async ({ lab }) => {
  const host = lab.host()
  const config = gateway(lab, 100, 2)
  const pods = Array.from({ length: 4 }, () => lab.pod(host))
  for (const call of await Promise.all(pods.map((pod) => pod.add(config)))) {
    expect(call).toSucceed()
  }
  expect(host.linkNames()).toHaveLength(7)
  const [last, ...others] = pods
  for (const call of await Promise.all(others.map((pod) => pod.del(config)))) {
    expect(call).toSucceed()
  }
  expect(last).toReach('10.1.2.1')
  expect(await last?.del(config)).toSucceed()
  expect(host).toHaveOnlyLinks('br0')
})

test('goes when the namespaces of its pods are gone before their DEL', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const config = gateway(lab, 100, 2)
  expect(await pod.add(config)).toSucceed()
  host.ip('link', 'delete', pod.hostEnd())
  expect(await pod.del(config, { netns: '' })).toSucceed()
  expect(host).toHaveOnlyLinks('br0')
})

test('leaves a link alone that has its name', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  host.ip('link', 'add', 'br0.100', 'type', 'dummy')
  const config = gateway(lab, 100, 2)
  await pod.add(config)
  expect(await pod.del(config)).toSucceed()
  expect(host).toHaveLink('br0.100', { kind: 'dummy' })
})
