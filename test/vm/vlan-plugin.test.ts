/** Links of pods in VLANs: the wire, numbers that are taken, masters of all sorts. */

import { expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, dummy, hostLocalOf, vlan } from '#test/lab/config-builders.ts'
import { test as base, type Lab } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

interface Wire {
  readonly host: LabNamespace
  /** Another machine, which is in VLAN 100 by its `far0.100`. */
  readonly far: LabNamespace
  readonly ipam: Config
}

const test = base.extend<{ wire: Wire }>({
  wire: async ({ lab }, use) => {
    const host = lab.host()
    const far = lab.cable(host, 'eth0')
    far.ip('link', 'add', 'far0.100', 'up', 'link', 'far0', 'type', 'vlan', 'id', '100')
    far.ip('address', 'add', '10.1.2.99/24', 'dev', 'far0.100')
    far.ip('address', 'add', 'fd00:2::99/64', 'dev', 'far0.100', 'nodad')
    await use({ host, far, ipam: hostLocalOf(lab.dataDir(), '10.1.2.0/24', 'fd00:2::/64') })
  },
})

const second = (lab: Lab): Config => hostLocalOf(lab.dataDir(), '10.1.2.64/26')

test('pods reach machines in their VLAN and no others, and tell them', async ({ lab, wire }) => {
  const { host, far, ipam } = wire
  const seen = await capture(far, 'far0.100', 'arp or icmp6')
  lab.afterwards(() => seen.stop())
  const [pod, stranger] = [lab.pod(host), lab.pod(host)]
  const config = vlan({ ipam, mtu: 1400, announce: { count: 2 } })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(added.result?.interfaces?.[0]).toMatchObject({ name: 'net1', mtu: 1400 })
  expect(pod.findLink('net1')?.linkinfo?.info_data).toMatchObject({ id: 100 })
  expect(pod).toReach('10.1.2.99')
  expect(pod).toReach('fd00:2::99')
  await seen.waitFor(/who-has 10\.1\.2\.99 /)
  expect(seen.seen(/who-has 10\.1\.2\.2 .*tell 10\.1\.2\.2/)).toHaveLength(2)
  expect(seen.seen(/neighbor advertisement, tgt is fd00:2::2, length/).length).toBeGreaterThan(1)
  expect(await stranger.add(vlan({ vlanId: 101, ipam: second(lab) }))).toSucceed()
  expect(stranger).not.toReach('10.1.2.99')
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await pod.check({ ...config, vlanId: 101, prevResult: added.result })).toFailWith(
    999,
    'vlanId: expected 101, found 100',
  )
})

test('ADD says which number is taken on which master, and that one is down', async ({
  lab,
  wire,
}) => {
  const { host, ipam } = wire
  const [pod, other] = [lab.pod(host), lab.pod(host)]
  const config = vlan({ ipam })
  expect(await pod.add(config)).toSucceed()
  expect(await other.add(config)).toFailWith(999, 'eth0 has a link in VLAN 100, perhaps in another')
  expect(await pod.del(config)).toSucceed()
  host.ip('link', 'set', 'eth0', 'down')
  expect(await other.add(config)).toFailWith(999, 'the link that net1 is built on is down')
  expect(await other.status(config)).toFailWith(51, 'no vlan on it has a carrier')
  expect(other).toHaveOnlyLinks()
  expect(lab.takenAddresses(config.name)).toEqual([])
})

test('a VLAN may be in a VLAN, and on a link of the container', async ({ lab, wire }) => {
  const pod = lab.pod(wire.host)
  const ipam = second(lab)
  wire.host.ip('link', 'add', 'outer', 'up', 'link', 'eth0', 'type', 'vlan', 'id', '7')
  const nested = vlan({ master: 'outer', ipam })
  const added = await pod.add(nested)
  expect(added).toSucceed()
  expect(await pod.check({ ...nested, prevResult: added.result })).toSucceed()
  const inside = vlan({ master: 'net1', linkInContainer: true, ipam })
  const again = await pod.add(inside, { ifName: 'net2' })
  expect(again).toSucceed()
  expect(pod.findLink('net2')?.link).toBe('net1')
  const check = { ...inside, prevResult: again.result }
  expect(await pod.check(check, { ifName: 'net2' })).toSucceed()
})

test('DEL needs neither master nor valid keys', async ({ lab, wire }) => {
  const { host, ipam } = wire
  const pod = lab.pod(host)
  const config = vlan({ ipam })
  expect(await pod.add(config)).toSucceed()
  const { master: _, ...rest } = config
  expect(await pod.del({ ...rest, vlanId: 'many', mtu: 99_999 })).toSucceed()
  expect(pod).toHaveOnlyLinks()
  expect(await pod.add(config)).toSucceed()
  host.ip('link', 'delete', 'eth0')
  expect(await pod.del(config)).toSucceed()
  expect(lab.takenAddresses(config.name)).toEqual([])
})

test('a dummy has its addresses at once, and CHECK says so when it is down', async ({ lab }) => {
  const pod = lab.pod(lab.host())
  const config = dummy({ ipam: hostLocalOf(lab.dataDir(), '10.1.2.0/24', 'fd00:2::/64') })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(pod.addressTexts('net1')).toEqual(['10.1.2.2/24', 'fd00:2::2/64'])
  expect(pod).toReach('fd00:2::2')
  const withResult = { ...config, prevResult: added.result }
  expect(await pod.check(withResult)).toSucceed()
  pod.ip('link', 'set', 'net1', 'down')
  expect(await pod.check(withResult)).toFailWith(999, 'state: expected up, found down')
})
