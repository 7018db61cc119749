import { expect } from 'vitest'
import { type Config, macvlan } from '#test/lab/config-builders.ts'
import { addressesOf } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

function podBesideRouter(lab: Lab): Pod {
  const host = lab.host()
  const far = lab.cable(host, 'eth0')
  far.ip('address', 'add', '10.7.0.1/24', 'dev', 'far0')
  const pod = lab.pod(host)
  // Whether addresses are unique is not the subject, and costs seconds to find out.
  pod.run('sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad')
  return pod
}

function staticAddresses(...addresses: readonly object[]): Config {
  return { type: 'static', addresses }
}

test('a macvlan has the addresses, the routes and the gateway of static', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const ipam = {
    ...staticAddresses(
      { address: '10.7.0.9/24', gateway: '10.7.0.1' },
      { address: 'fd00:7::9/64' },
    ),
    routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16', gw: '10.7.0.7' }],
    dns: { nameservers: ['10.7.0.53'] },
  }
  const config = macvlan({ ipam })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(added.result?.ips).toEqual([
    { address: '10.7.0.9/24', gateway: '10.7.0.1', interface: 0 },
    { address: 'fd00:7::9/64', interface: 0 },
  ])
  expect(pod).toHaveAddress('net1', '10.7.0.9/24')
  expect(pod).toHaveAddress('net1', 'fd00:7::9/64')
  expect(pod.ip('route', 'show', 'default')).toContain('via 10.7.0.1 dev net1')
  expect(pod.ip('route', 'show', '10.9.0.0/16')).toContain('via 10.7.0.7 dev net1')
  expect(pod).toReach('10.7.0.1')
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await pod.status(config)).toSucceed()
  expect(await pod.del(config)).toSucceed()
  expect(pod).toHaveOnlyLinks()
})

test('the runtime chooses the address, by a capability or by CNI_ARGS', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const config = macvlan({ ipam: staticAddresses({ address: '10.7.0.9/24' }) })
  const runtimeConfig = { IPs: ['10.7.0.10/24'] }
  const capable = await pod.add({ ...config, runtimeConfig }, { ifName: 'net1' })
  expect(addressesOf(capable)).toEqual(['10.7.0.10/24'])
  const args = 'IgnoreUnknown=1;IP=10.7.0.11/24;K8S_POD_NAME=p;GATEWAY=10.7.0.1'
  const argued = await pod.add(config, { ifName: 'net2', args })
  expect(argued.result?.ips).toEqual([
    { address: '10.7.0.9/24', interface: 0 },
    { address: '10.7.0.11/24', gateway: '10.7.0.1', interface: 0 },
  ])
})

test('an ADD that static refuses leaves no macvlan', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const mixed = staticAddresses({ address: '10.7.0.9/24', gateway: 'fd00:7::1' })
  const refused = await pod.add(macvlan({ ipam: mixed }))
  expect(refused).toFailWith(7, 'ipam.addresses[0].gateway: expected an IPv4 address')
  expect(pod).toHaveOnlyLinks()
})

test('an attachment goes although the configuration has become unreadable', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const config = macvlan({ ipam: staticAddresses({ address: '10.7.0.9/24' }) })
  expect(await pod.add(config)).toSucceed()
  const broken = { ...config, ipam: staticAddresses({ address: 'nonsense' }) }
  expect(await pod.del(broken, { args: 'GATEWAY=nonsense' })).toSucceed()
  expect(pod).toHaveOnlyLinks()
})

test('CHECK reports that the result has another gateway', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const configured = (gateway: string) => staticAddresses({ address: '10.7.0.9/24', gateway })
  const config = macvlan({ ipam: configured('10.7.0.1') })
  const { result: prevResult } = await pod.add(config)
  const edited = { ...config, ipam: configured('10.7.0.2'), prevResult }
  expect(await pod.check(edited)).toFailWith(999, 'Failed to match addr 10.7.0.9 on interface net1')
})

test('STATUS tells that the configuration cannot be read', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const broken = macvlan({ ipam: staticAddresses({ address: '10.7.0.9' }) })
  expect(await pod.status(broken)).toFailWith(7, 'ipam.addresses[0].address')
})

test('the published configuration of static on eth0 works', async ({ lab }) => {
  const pod = podBesideRouter(lab)
  const text =
    '{"cniVersion":"0.3.1","name":"x","type":"macvlan","master":"eth0","ipam":{"type":"static","addresses":[{"address":"192.168.12.11/24"}]}}'
  const added = await pod.call('ADD', text)
  expect(added).toSucceed()
  expect(added.result).toMatchObject({
    cniVersion: '0.3.1',
    ips: [{ version: '4', interface: 0, address: '192.168.12.11/24' }],
    dns: {},
  })
  expect(pod).toHaveAddress('net1', '192.168.12.11/24')
  expect(await pod.call('DEL', text)).toSucceed()
  expect(pod).toHaveOnlyLinks()
})
