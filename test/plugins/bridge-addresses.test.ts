import { describe, expect } from 'vitest'
import { bridge, type Config, hostLocal, hostLocalOf } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

/** A gateway's configuration, with an address of each of the subnets for a pod. */
function gateway(lab: Lab, subnets: readonly string[], more: Config = {}): Config {
  return bridge({ isGateway: true, ipam: hostLocalOf(lab.dataDir(), ...subnets), ...more })
}

/** A host whose bridge has addresses already. */
function hostWith(lab: Lab, ...addresses: readonly string[]): LabNamespace {
  const host = lab.host()
  host.ip('link', 'add', 'br0', 'type', 'bridge')
  for (const address of addresses) host.ip('address', 'add', address, 'dev', 'br0')
  return host
}

const twoRanges = ['10.1.2.0/24', '10.1.3.0/24']

describe('the gateway of two IPv4 networks', () => {
  test('is refused, as the second address would replace the first', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    const config = gateway(lab, twoRanges)
    const text = '"br0" already has an IP address different from 10.1.3.1/24'
    expect(await pod.add(config)).toFailWith(999, text)
    expect(pod).toHaveOnlyLinks()
    expect(host).toHaveOnlyLinks()
    expect(lab.takenAddresses(config.name)).toEqual([])
  })

  test('has the second address when it may replace the first', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    expect(await pod.add(gateway(lab, twoRanges, { forceAddress: true }))).toSucceed()
    expect(pod.addressTexts('net1')).toEqual(['10.1.2.2/24', '10.1.3.2/24'])
    expect(host.addressTexts('br0')).toEqual(['10.1.3.1/24'])
  })

  test('is none of the bridge’s business when it is no gateway', async ({ lab }) => {
    const host = lab.host()
    const pod = lab.pod(host)
    expect(await pod.add(gateway(lab, twoRanges, { isGateway: false }))).toSucceed()
    expect(pod.addressTexts('net1')).toEqual(['10.1.2.2/24', '10.1.3.2/24'])
    expect(host.addressTexts('br0')).toEqual([])
  })
})

describe('a bridge that has another address', () => {
  test.for([
    ['192.168.7.1/24', '10.1.2.0/24', '10.1.2.1/24'],
    ['10.1.2.254/24', '10.1.2.0/24', '10.1.2.1/24'],
    ['10.1.2.1/16', '10.1.2.0/24', '10.1.2.1/24'],
    ['fd00:5::77/64', 'fd00:5::/64', 'fd00:5::1/64'],
    ['fd00:5::77/48', 'fd00:5::/64', 'fd00:5::1/64'],
    ['fd00:5::77/120', 'fd00:5::/64', 'fd00:5::1/64'],
  ] as const)(
    'keeps %s unless it is forced, for a pod in %s',
    async ([own, subnet, wanted], { lab }) => {
      const host = hostWith(lab, own)
      const pod = lab.pod(host)
      const config = gateway(lab, [subnet])
      // A bridge without a port has a hardware address of the kernel's choice, or none.
      lab.cable(host, 'eth0')
      host.ip('link', 'set', 'eth0', 'master', 'br0')
      const state = () => [
        host.linkNames(),
        host.findLink('br0')?.address,
        host.addressTexts('br0'),
      ]
      const before = state()
      const added = await pod.add(config)
      expect(added).toFailWith(999, `"br0" already has an IP address different from ${wanted}`)
      expect(added).toFailWith(999, own)
      expect(state()).toEqual(before)
      expect(pod).toHaveOnlyLinks()
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.add({ ...config, forceAddress: true })).toSucceed()
      expect(host.addressTexts('br0')).toEqual([wanted])
    },
  )

  test.for([
    ['fd00:6::1/64', 'fd00:5::/64', 'fd00:5::1/64'],
    ['192.168.7.1/24', 'fd00:5::/64', 'fd00:5::1/64'],
    ['fd00:5::1/64', '10.1.2.0/24', '10.1.2.1/24'],
  ] as const)(
    'keeps %s beside that of the gateway of %s',
    async ([own, subnet, wanted], { lab }) => {
      const host = hostWith(lab, own)
      expect(await lab.pod(host).add(gateway(lab, [subnet]))).toSucceed()
      expect([...host.addressTexts('br0')].sort()).toEqual([own, wanted].sort())
    },
  )

  test('gets it back when the ADD that replaced it fails', async ({ lab }) => {
    const host = hostWith(lab, '192.168.7.1/24', '192.168.8.1/24')
    host.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/br0/disable_ipv6')
    const pod = lab.pod(host)
    const config = gateway(lab, ['10.1.2.0/24', 'fd00:5::/64'], { forceAddress: true })
    expect(await pod.add(config)).toFailWith(999, 'fd00:5::1/64')
    expect([...host.addressTexts('br0')].sort()).toEqual(['192.168.7.1/24', '192.168.8.1/24'])
    expect(lab.takenAddresses(config.name)).toEqual([])
  })
})

test('a bridge that was down keeps its IPv6 addresses when an ADD fails', async ({ lab }) => {
  const host = hostWith(lab, 'fd00:5::77/64')
  expect(await lab.pod(host).add(gateway(lab, ['fd00:5::/64']))).toFailWith(999, 'fd00:5::77')
  expect(host).toHaveOnlyLinks('br0')
  expect(host.addressTexts('br0')).toEqual(['fd00:5::77/64'])
})

test('several pods come and go in any order on one gateway', async ({ lab }) => {
  const host = lab.host()
  const config = gateway(lab, ['10.1.2.0/24', 'fd00:5::/64'])
  const [first, second, third] = [lab.pod(host), lab.pod(host), lab.pod(host)]
  const added = await first.add(config)
  expect(added).toSucceed()
  expect(await second.add(config)).toSucceed()
  const mac = host.findLink('br0')?.address
  expect(await first.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await second.del(config)).toSucceed()
  expect(await first.check({ ...config, prevResult: added.result })).toSucceed()
  const addedThird = await third.add(config)
  expect(addedThird).toSucceed()
  expect(await first.del(config)).toSucceed()
  expect(await third.check({ ...config, prevResult: addedThird.result })).toSucceed()
  expect(third).toReach('10.1.2.1')
  expect(await third.del(config)).toSucceed()
  expect(host).toHaveOnlyLinks('br0')
  expect(host.addressTexts('br0')).toEqual(['10.1.2.1/24', 'fd00:5::1/64'])
  expect(host).toHaveLink('br0', { isUp: true, ...(mac === undefined ? {} : { mac }) })
  expect(lab.takenAddresses(config.name)).toEqual([])
})

test('the hardware address of a gateway stays when ports come and go', async ({ lab }) => {
  const host = lab.host()
  const config = gateway(lab, ['10.1.2.0/24'])
  const pods = [lab.pod(host), lab.pod(host)]
  const macs: unknown[] = []
  for (const pod of pods) {
    const added = await pod.add(config)
    expect(added).toSucceed()
    macs.push(host.findLink('br0')?.address, added.result?.interfaces?.[0]?.mac)
  }
  // The lowest there is, which a bridge would take.
  lab.cable(host, 'eth0')
  host.ip('link', 'set', 'eth0', 'address', '00:00:00:00:00:01', 'master', 'br0')
  macs.push(host.findLink('br0')?.address)
  for (const pod of pods) expect(await pod.del(config)).toSucceed()
  macs.push(host.findLink('br0')?.address)
  expect(new Set(macs).size).toBe(1)
  expect(macs[0]).toMatch(/^..:..:..:..:..:..$/)
})

test('a new gateway has its hardware address before a port joins', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const seen = `${lab.folder}/seen`
  const answer = '{"cniVersion":"1.0.0","ips":[{"address":"10.1.2.2/24"}]}'
  lab.executable('bin/other', `ip -j link show br0 > ${seen} && echo '${answer}'`)
  const added = await pod.add(bridge({ isGateway: true, ipam: { type: 'other' } }))
  expect(added).toSucceed()
  const [{ address }] = JSON.parse(host.run('cat', seen))
  expect(added.result?.interfaces?.[0]?.mac).toBe(address)
  expect(host).toHaveLink('br0', { mac: address })
})

test('a bridge without ipam connects pods and has no address', async ({ lab }) => {
  const host = lab.host()
  const config = bridge({ isDefaultGateway: true })
  const pods = [lab.pod(host), lab.pod(host)]
  for (const [position, pod] of pods.entries()) {
    const added = await pod.add(config)
    expect(added).toSucceed()
    expect(added.result).not.toHaveProperty('ips')
    expect(pod).toHaveLink('net1', { kind: 'veth', isUp: true })
    pod.ip('address', 'add', `10.7.0.${position + 1}/24`, 'dev', 'net1')
    expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  }
  expect(pods[0]).toReach('10.7.0.2')
  expect(host.addressTexts('br0')).toEqual([])
  expect(host.sysctl('net/ipv4/ip_forward')).toBe('0')
  for (const pod of pods) expect(await pod.del(config)).toSucceed()
  expect(host).toHaveOnlyLinks('br0')
})

test('eight pods at once make one bridge, which is the gateway of them all', async ({ lab }) => {
  for (let round = 1; round <= 4; round += 1) {
    const host = lab.host()
    const config = gateway(lab, ['10.1.2.0/24', 'fd00:5::/64'], { isDefaultGateway: true })
    const pods = Array.from({ length: 8 }, () => lab.pod(host))
    const added = await Promise.all(pods.map((pod) => pod.add(config)))
    for (const call of added) expect(call, `round ${round}`).toSucceed()
    expect(host.addressTexts('br0')).toEqual(['10.1.2.1/24', 'fd00:5::1/64'])
    const macs = added.map(({ result }) => result?.interfaces?.[0]?.mac)
    expect(new Set([...macs, host.findLink('br0')?.address]).size, macs.join(' ')).toBe(1)
    expect(host.linkNames()).toHaveLength(9)
    const deleted = await Promise.all(pods.map((pod) => pod.del(config)))
    for (const call of deleted) expect(call, `round ${round}`).toSucceed()
    expect(host).toHaveOnlyLinks('br0')
    expect(lab.takenAddresses(config.name)).toEqual([])
  }
})

test('a failed ADD of several at once takes no bridge from the others', async ({ lab }) => {
  const host = lab.host()
  const good = gateway(lab, ['10.1.2.0/24'])
  lab.pluginFolder()
  lab.executable('bin/broken', 'exit 3')
  const bad = { ...good, ipam: { type: 'broken' } }
  for (let round = 1; round <= 4; round += 1) {
    const pods = Array.from({ length: 8 }, () => lab.pod(host))
    const calls = pods.map((pod, position) => pod.add(position % 2 === 0 ? bad : good))
    const added = await Promise.all(calls)
    for (const [position, call] of added.entries()) {
      if (position % 2 === 0) expect(call).toFailWith(999, 'broken')
      else expect(call, `round ${round}`).toSucceed()
    }
    expect(host.linkNames()).toHaveLength(5)
    for (const pod of pods) expect(await pod.del(good)).toSucceed()
    host.ip('link', 'delete', 'br0')
  }
})

test('hands out the network’s own gateway when it is named', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24', {
    ranges: [[{ subnet: '10.1.2.0/24', gateway: '10.1.2.250' }]],
  })
  const added = await pod.add(bridge({ isDefaultGateway: true, ipam }))
  expect(added).toSucceed()
  expect(added.result?.routes).toEqual([{ dst: '0.0.0.0/0', gw: '10.1.2.250' }])
  expect(host.addressTexts('br0')).toEqual(['10.1.2.250/24'])
  expect(pod).toReach('10.1.2.250')
})
