import { describe, expect } from 'vitest'
import { bridge, type Config, hostLocal, hostLocalOf, ptp } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import { attachmentRules } from '#test/lab/ruleset.ts'
import { connectUplink, uplink } from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

/** A configuration with these addresses and their gateways. */
function withAddresses(pairs: readonly (readonly [string, string])[], more: Config = {}): Config {
  const addresses = pairs.map(([address, gateway]) => ({ address, gateway }))
  return ptp({ ipam: { type: 'static', addresses, ...more } })
}

test('the result tells both ends, and whose the addresses are', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const routes = [{ dst: '0.0.0.0/0' }]
  const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24', { routes })
  const added = await pod.add(ptp({ ipam, mtu: 1400 }))
  const hostEnd = pod.hostEnd()
  expect(hostEnd).toMatch(/^veth[0-9a-f]{8}$/)
  expect(added.result).toEqual({
    cniVersion: '1.1.0',
    interfaces: [
      { name: hostEnd, mac: host.findLink(hostEnd)?.address, mtu: 1400 },
      { name: 'net1', mac: pod.findLink('net1')?.address, mtu: 1400, sandbox: pod.path },
    ],
    ips: [{ address: '10.1.2.2/24', gateway: '10.1.2.1', interface: 1 }],
    routes,
  })
  expect(host).toHaveLink(hostEnd, { mtu: 1400, isUp: true })
  expect(host.sysctl(`net/ipv6/conf/${hostEnd}/accept_ra`)).toBe('0')
})

test('an address may be all of its network, and its gateway anywhere', async ({ lab }) => {
  const host = lab.host()
  const far = connectUplink(lab, host)
  const pod = lab.pod(host)
  const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }]
  const pairs = [
    ['10.1.2.2/32', '169.254.1.1'],
    ['fd00:5::2/128', 'fe80::1'],
  ] as const
  const config = withAddresses(pairs, { routes })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(pod.addressTexts('net1')).toEqual(['10.1.2.2/32', 'fd00:5::2/128'])
  for (const family of [4, 6] as const) expect(pod).toReach(uplink.far[family])
  for (const address of ['10.1.2.2', 'fd00:5::2']) expect(far).toReach(address)
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await pod.del(config)).toSucceed()
  expect(host).toHaveOnlyLinks('eth0')
})

test('addresses may share a gateway and a network', async ({ lab }) => {
  const host = lab.host()
  const [pod, neighbour] = [lab.pod(host), lab.pod(host)]
  const pairs = [
    ['10.1.2.2/24', '10.1.2.1'],
    ['10.1.2.3/24', '10.1.2.1'],
    ['10.1.3.2/24', '10.1.2.1'],
    ['10.1.2.4/24', '10.1.2.254'],
    ['fd00:5::2/64', 'fd00:5::1'],
    ['fd00:5::3/64', 'fd00:5::1'],
  ] as const
  const config = withAddresses(pairs)
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(await neighbour.add(withAddresses([['10.1.2.9/24', '10.1.2.1']]))).toSucceed()
  const hostEnd = pod.hostEnd()
  expect(host.addressTexts(hostEnd)).toEqual(['10.1.2.1/32', '10.1.2.254/32', 'fd00:5::1/128'])
  expect(pod.routes(4).map(({ dst, gateway }) => `${dst} ${gateway ?? ''}`)).toEqual([
    '10.1.2.0/24 10.1.2.1',
    '10.1.2.1 ',
    '10.1.2.254 ',
    '10.1.3.0/24 10.1.2.1',
  ])
  for (const address of ['10.1.2.3', '10.1.2.4']) expect(neighbour).toReach(address)
  for (const address of ['10.1.3.2', 'fd00:5::2', 'fd00:5::3']) expect(host).toReach(address)
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
})

test.for([
  ['without a gateway', { address: '10.1.2.2/24' }, 'came without a gateway'],
  ['that is its own gateway', { address: '10.1.2.2/24', gateway: '10.1.2.2' }, 'its own gateway'],
  ['with another family’s', { address: '10.1.2.2/24', gateway: 'fd00::1' }, 'the other family'],
] as const)('an address %s is refused by name, and undone', async ([, ip, text], { lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const log = `${lab.folder}/log`
  const answer = JSON.stringify({ cniVersion: '1.0.0', ips: [ip] })
  lab.executable('bin/other', `echo "$CNI_COMMAND" >> ${log}; echo '${answer}'`)
  const added = await pod.add(ptp({ ipam: { type: 'other' } }))
  expect(added).toFailWith(7, text)
  expect(added).toFailWith(7, /connect 10\.1\.2\.2\/24 .*have the IPAM plugin name one/)
  expect(pod).toHaveOnlyLinks()
  expect(host).toHaveOnlyLinks()
  expect(pod.run('cat', log)).toBe('ADD\nDEL\n')
})

test('an address that is handed on before its former link is gone leads to the new one', async ({
  lab,
}) => {
  const host = lab.host()
  const [former, next] = [lab.pod(host), lab.pod(host)]
  const pairs = [
    ['10.1.2.2/24', '10.1.2.1'],
    ['fd00:5::2/64', 'fd00:5::1'],
  ] as const
  const config = withAddresses(pairs)
  expect(await former.add(config)).toSucceed()
  expect(await next.add(config)).toSucceed()
  expect(await former.del(config)).toSucceed()
  for (const address of ['10.1.2.2', 'fd00:5::2']) expect(host).toReach(address)
  expect(host).toHaveOnlyLinks(next.hostEnd())
})

describe('CHECK', () => {
  type Damage = (host: LabNamespace, pod: Pod, hostEnd: string) => unknown
  const damages: [string, Damage, string][] = [
    ['a route to the pod', (host) => host.ip('route', 'delete', '10.1.2.2'), '10.1.2.2/32'],
    [
      'an IPv6 route to the pod',
      (host) => host.ip('route', 'delete', 'fd00:5::2'),
      'fd00:5::2/128',
    ],
    [
      'the gateway’s address',
      (host, _, end) => host.ip('address', 'delete', '10.1.2.1/32', 'dev', end),
      'expected 10.1.2.1/32',
    ],
    ['the route to the gateway', (_, pod) => pod.ip('route', 'delete', '10.1.2.1'), '10.1.2.1/32'],
    [
      'the route to the network',
      (_, pod) => pod.ip('route', 'delete', '10.1.2.0/24'),
      'expected via 10.1.2.1 dev net1',
    ],
    [
      'the hardware address of the host’s end',
      (host, _, end) => host.ip('link', 'set', end, 'address', '02:00:00:00:00:99'),
      '02:00:00:00:00:99',
    ],
    [
      'an end on the host',
      (host, pod, end) => host.ip('link', 'set', end, 'netns', pod.name),
      "the host's end",
    ],
  ]

  test.for(damages)('misses %s', async ([, damage, text], { lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    const config = ptp({ ipam: hostLocalOf(lab.dataDir(), '10.1.2.0/24', 'fd00:5::/64') })
    const { result: prevResult } = await pod.add(config)
    expect(await pod.check({ ...config, prevResult })).toSucceed()
    damage(host, pod, pod.hostEnd())
    expect(await pod.check({ ...config, prevResult })).toFailWith(999, text)
  })
})

describe('DEL', () => {
  test('leaves a link to a bridge, whose name ADD was refused for', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    expect(await pod.add(bridge())).toSucceed()
    const before = pod.findLink('net1')
    const config = ptp({ ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
    expect(await pod.add(config)).toFailWith(999, 'net1')
    expect(await pod.del(config)).toSucceed()
    expect(pod.findLink('net1')).toEqual(before)
    expect(lab.takenAddresses(config.name)).toEqual([])
  })

  test.for(['nftables', 'iptables'])(
    'removes the rules of %s when link and namespace are gone, and GC those nobody deletes',
    async (ipMasqBackend, { lab }) => {
      const host = lab.host()
      const [gone, stale, kept] = [lab.pod(host), lab.pod(host), lab.pod(host)]
      const ipam = hostLocalOf(lab.dataDir(), '10.1.2.0/24', 'fd00:5::/64')
      const config = ptp({ ipMasq: true, ipMasqBackend, ipam })
      for (const pod of [gone, stale, kept]) expect(await pod.add(config)).toSucceed()
      const owners = () => {
        const rules = [...attachmentRules(host), host.run('iptables-save')].join('\n')
        return [gone, stale, kept].map(({ containerId }) => rules.includes(containerId))
      }
      expect(owners()).toEqual([true, true, true])
      host.ip('netns', 'delete', gone.name)
      expect(await gone.del(config)).toSucceed()
      expect(owners()).toEqual([false, true, true])
      const attachments = [{ containerID: kept.containerId, ifname: 'net1' }]
      const gc = { ...config, 'cni.dev/valid-attachments': attachments }
      expect(await kept.gc(gc)).toSucceed()
      expect(owners()).toEqual([false, false, true])
      expect(lab.takenAddresses(config.name)).toHaveLength(2)
      expect(kept).toReach('10.1.2.1')
    },
  )
})

test('STATUS and CHECK want an IPAM plugin, too', async ({ lab }) => {
  const pod = lab.pod(lab.host())
  expect(await pod.status(ptp())).toFailWith(7, 'ipam.type')
  expect(await pod.check(ptp({ prevResult: { ips: [] } }))).toFailWith(7, 'ipam.type')
  const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
  expect(await pod.status(ptp({ ipMasq: true, ipam }))).toSucceed()
})

test.for([
  [{}, ['10.1.2.53']],
  [{ dns: { nameservers: [], domain: 'a.test' } }, undefined],
] as const)('with %j its resolvers are %j', async ([keys, nameservers], { lab }: { lab: Lab }) => {
  const pod = lab.pod(lab.host())
  const answer =
    '{"ips":[{"address":"10.1.2.2/24","gateway":"10.1.2.1"}],"dns":{"nameservers":["10.1.2.53"]}}'
  lab.executable('bin/other', `echo '${answer.replace('{', '{"cniVersion":"1.0.0",')}'`)
  const added = await pod.add(ptp({ ipam: { type: 'other' }, ...keys }))
  expect(added).toSucceed()
  expect(Object(added.result?.dns).nameservers).toEqual(nameservers)
})
