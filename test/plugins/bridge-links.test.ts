/** The bridge, and the two ends of a pod's link to it. */

import { describe, expect } from 'vitest'
import { bridge, type Config, hostLocal } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

test('the result tells bridge, port and link, and whose the addresses are', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
  const added = await pod.add(bridge({ isDefaultGateway: true, ipam }))
  const port = pod.hostEnd()
  expect(port).toMatch(/^veth[0-9a-f]{8}$/)
  expect(added.result).toEqual({
    cniVersion: '1.1.0',
    interfaces: [
      { name: 'br0', mac: host.findLink('br0')?.address, mtu: 1500 },
      { name: port, mac: host.findLink(port)?.address, mtu: 1500 },
      { name: 'net1', mac: pod.findLink('net1')?.address, mtu: 1500, sandbox: pod.path },
    ],
    ips: [{ address: '10.1.2.2/24', gateway: '10.1.2.1', interface: 2 }],
    routes: [{ dst: '0.0.0.0/0', gw: '10.1.2.1' }],
  })
  expect(host).toHaveOnlyLinks('br0', port)
  expect(host.findLink(port)).toMatchObject({ master: 'br0', operstate: 'UP' })
  expect(pod.routes(4)[0]).toMatchObject({ dst: 'default', gateway: '10.1.2.1', dev: 'net1' })
})

test('CHECK allows a bridge without addresses the hardware address of another port', async ({
  lab,
}) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const config = bridge()
  const { result: prevResult } = await pod.add(config)
  host.ip('link', 'add', 'lower', 'address', '00:00:00:00:00:01', 'type', 'veth')
  host.ip('link', 'set', 'lower', 'master', 'br0')
  expect(host.findLink('br0')?.address).toBe('00:00:00:00:00:01')
  expect(await pod.check({ ...config, prevResult })).toSucceed()
})

test('the mtu is that of a new bridge and of both ends of the link', async ({ lab }) => {
  const host = lab.host()
  const [first, second] = [lab.pod(host), lab.pod(host)]
  const added = await first.add(bridge({ mtu: 1400 }))
  expect(added.result?.interfaces?.map(({ mtu }) => mtu)).toEqual([1400, 1400, 1400])
  expect(await second.add(bridge({ mtu: 1300 }))).toSucceed()
  for (const [pod, mtu] of [
    [first, 1400],
    [second, 1300],
  ] as const) {
    expect(pod).toHaveLink('net1', { mtu })
    expect(host).toHaveLink(pod.hostEnd(), { mtu })
  }
})

test('a bridge that is there keeps its mtu', async ({ lab }) => {
  const host = lab.host()
  host.ip('link', 'add', 'br0', 'type', 'bridge')
  // A bridge that was never told an mtu has the smallest of its ports.
  host.ip('link', 'set', 'br0', 'mtu', '1450')
  const pod = lab.pod(host)
  expect(await pod.add(bridge({ mtu: 1300 }))).toSucceed()
  expect(host).toHaveLink('br0', { mtu: 1450, isUp: true })
  expect(pod).toHaveLink('net1', { mtu: 1300 })
})

test('runtimeConfig beats args.cni, which beats CNI_ARGS, as the hardware address', async ({
  lab,
}) => {
  const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as const
  const pod = lab.pod(lab.host())
  const args = { cni: { mac: macs[1] } }
  const runtimeConfig = { mac: macs[2] }
  const calls: [Config, string][] = [
    [{}, macs[0]],
    [{ args }, macs[1]],
    [{ runtimeConfig }, macs[2]],
    [{ args, runtimeConfig }, macs[2]],
  ]
  for (const [keys, mac] of calls) {
    const config = bridge(keys)
    const added = await pod.add(config, { args: `IgnoreUnknown=1;MAC=${macs[0]}` })
    expect(added.result?.interfaces?.[2]).toMatchObject({ name: 'net1', mac })
    expect(pod).toHaveLink('net1', { mac })
    expect(await pod.del(config)).toSucceed()
  }
})

describe('the resolver settings', () => {
  const given = '{"nameservers":["10.1.2.53"],"domain":"ipam.example"}'
  const ips = '[{"address":"10.1.2.2/24"}]'

  test.for([
    ['are those of the IPAM plugin', {}, JSON.parse(given)],
    ['are those of the IPAM plugin beside an empty dns', { dns: {} }, JSON.parse(given)],
    [
      'are those of the configuration alone when it has any',
      { dns: { search: ['config.example'] } },
      { search: ['config.example'] },
    ],
  ] as const)('%s', async ([, keys, dns], { lab }) => {
    const pod = lab.pod(lab.host())
    lab.executable('bin/other', `echo '{"cniVersion":"1.0.0","ips":${ips},"dns":${given}}'`)
    const added = await pod.add(bridge({ ipam: { type: 'other' }, ...keys }))
    expect(added.result?.dns).toEqual(dns)
  })
})

test.for([
  [true, { accept_dad: '1', enhanced_dad: '1' }],
  [false, { accept_dad: '0' }],
] as const)(
  'with enabledad %s the settings of its link are %o',
  async ([enabledad, settings], { lab }) => {
    const pod = lab.pod(lab.host())
    const ipam = hostLocal(lab.dataDir(), 'fd00:5::/64')
    expect(await pod.add(bridge({ isGateway: true, enabledad, ipam }))).toSucceed()
    for (const [name, value] of Object.entries(settings)) {
      expect(pod.sysctl(`net/ipv6/conf/net1/${name}`), name).toBe(value)
    }
    expect(pod.addresses('net1').some(({ tentative }) => tentative)).toBe(false)
    expect(pod).toReach('fd00:5::1')
  },
)

test('enabledad finds that another pod has the IPv6 address', async ({ lab }) => {
  const host = lab.host()
  const [first, second] = [lab.pod(host), lab.pod(host)]
  expect(await first.add(bridge())).toSucceed()
  first.ip('address', 'add', 'fd00:5::2/64', 'dev', 'net1', 'nodad')
  const config = bridge({ isGateway: true, ipam: hostLocal(lab.dataDir(), 'fd00:5::/64') })
  expect(await second.add({ ...config, enabledad: true })).toFailWith(999, 'fd00:5::2')
  expect(second).toHaveOnlyLinks()
  expect(lab.takenAddresses(config.name)).toEqual([])
})

test('the host takes no router advertisements on the bridge and its port', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  expect(await pod.add(bridge())).toSucceed()
  for (const link of ['br0', pod.hostEnd()]) {
    expect(host.sysctl(`net/ipv6/conf/${link}/accept_ra`), link).toBe('0')
  }
})

test('disableContainerInterface leaves the link down, until somebody brings it up', async ({
  lab,
}) => {
  const host = lab.host()
  const [pod, other] = [lab.pod(host), lab.pod(host)]
  const config = bridge({ disableContainerInterface: true })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(pod).toHaveLink('net1', { isUp: false })
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await other.add(bridge())).toSucceed()
  pod.ip('address', 'add', '10.7.0.1/24', 'dev', 'net1')
  other.ip('address', 'add', '10.7.0.2/24', 'dev', 'net1')
  pod.ip('link', 'set', 'net1', 'up')
  expect(other).toReach('10.7.0.1')
  expect(await pod.del(config)).toSucceed()
  expect(pod).toHaveOnlyLinks()
})

describe('a name that is taken', () => {
  test('is no bridge: the ADD is refused and the link stays', async ({ lab }) => {
    const host = lab.host()
    lab.cable(host, 'br0')
    const pod = lab.pod(host)
    const before = host.findLink('br0')?.ifindex
    const config = bridge({ ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
    expect(await pod.add(config)).toFailWith(7, /^bridge: .*br0, a link of kind veth/)
    expect(await pod.status(config)).toFailWith(7, 'br0')
    expect(await pod.del(config)).toSucceed()
    expect(host).toHaveOnlyLinks('br0')
    expect(host.findLink('br0')?.ifindex).toBe(before)
    expect(pod).toHaveOnlyLinks()
  })

  /** A link of the pod that leads elsewhere, to a machine beside it. */
  function cableElsewhere(lab: Lab, pod: Pod, farIndex: number): void {
    const far = lab.namespace('far')
    const own = ['name', 'net1', 'index', '77', 'netns', pod.name]
    far.ip('link', 'add', 'far0', 'index', `${farIndex}`, 'type', 'veth', 'peer', ...own)
  }

  test('in the pod by a veth that leads elsewhere, stays with ADD and DEL', async ({ lab }) => {
    const host = lab.host()
    const [other, pod] = [lab.pod(host), lab.pod(host)]
    const config = bridge()
    // DEL must not take the link for its own because a port has the same index elsewhere.
    expect(await other.add(config)).toSucceed()
    cableElsewhere(lab, pod, host.findLink(other.hostEnd())?.ifindex ?? 0)
    const before = pod.findLink('net1')
    expect(await pod.add(config)).toFailWith(999, 'net1')
    expect(await pod.del(config)).toSucceed()
    expect(pod.findLink('net1')).toEqual(before)
    expect(other.findLink('net1')).toMatchObject({ operstate: 'UP' })
    expect(host).toHaveOnlyLinks('br0', other.hostEnd())
  })
})

describe('an ADD whose IPAM plugin fails', () => {
  test('takes the bridge with it that it created', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    lab.executable('bin/broken', 'exit 3')
    expect(await pod.add(bridge({ ipam: { type: 'broken' } }))).toFailWith(999, 'broken')
    expect(host).toHaveOnlyLinks()
    expect(pod).toHaveOnlyLinks()
  })

  test('leaves a bridge that was there, and its ports', async ({ lab }) => {
    const host = lab.host()
    const [first, second] = [lab.pod(host), lab.pod(host)]
    expect(await first.add(bridge())).toSucceed()
    lab.executable('bin/broken', 'exit 3')
    expect(await second.add(bridge({ ipam: { type: 'broken' } }))).toFailWith(999, 'broken')
    expect(host).toHaveOnlyLinks('br0', first.hostEnd())
  })

  test('leaves a bridge that it created and somebody else has come to use', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    lab.cable(host, 'eth0')
    lab.executable('bin/broken', 'ip link set eth0 master br0 && exit 3')
    expect(await pod.add(bridge({ ipam: { type: 'broken' } }))).toFailWith(999, 'broken')
    expect(host).toHaveOnlyLinks('br0', 'eth0')
    expect(host).toHaveLink('br0', { isUp: true })
  })
})
