/** Ipvlans in pods: their modes, the wire, and each other. */

import { expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, hostLocalOf, ipvlan } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

const networks = ['10.1.2.0/24', 'fd00:2::/64'] as const
const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }]

/** A host whose `eth0` leads to another machine. */
interface Wire {
  readonly host: LabNamespace
  readonly far: LabNamespace
}

function newWire(lab: Lab): Wire {
  const host = lab.host()
  return { host, far: lab.cable(host, 'eth0') }
}

function give(space: LabNamespace, link: string, ...addresses: readonly string[]): void {
  for (const address of addresses) {
    const flags = address.includes(':') ? ['nodad'] : []
    space.ip('address', 'add', address, 'dev', link, ...flags)
  }
}

/** In l3 and l3s the host is the way to the pods, and the wire a network of its own. */
function routeThroughHost({ host, far }: Wire): readonly string[] {
  give(host, 'eth0', '192.0.2.1/24', 'fd00:9::1/64')
  give(far, 'far0', '192.0.2.2/24', 'fd00:9::2/64')
  far.ip('route', 'add', networks[0], 'via', '192.0.2.1')
  far.ip('-6', 'route', 'add', networks[1], 'via', 'fd00:9::1')
  return ['192.0.2.2', 'fd00:9::2']
}

function shareNetwork({ far }: Wire): readonly string[] {
  give(far, 'far0', '10.1.2.99/24', 'fd00:2::99/64')
  return ['10.1.2.99', 'fd00:2::99']
}

const staticIpam: Config = {
  type: 'static',
  addresses: [
    { address: '10.1.2.77/24', gateway: '10.1.2.1' },
    { address: 'fd00:2::77/64', gateway: 'fd00:2::1' },
  ],
  routes,
}

test.for([
  ['l2', shareNetwork],
  ['l3', routeThroughHost],
  ['l3s', routeThroughHost],
] as const)(
  'pods in mode %s reach each other and other machines',
  async ([mode, prepare], { lab }) => {
    const wire = newWire(lab)
    const outside = prepare(wire)
    const [one, other] = [lab.pod(wire.host), lab.pod(wire.host)]
    const ipam = { ...hostLocalOf(lab.dataDir(), ...networks), routes }
    expect(await one.add(ipvlan({ mode, ipam }))).toSucceed()
    expect(await other.add(ipvlan({ mode, ipam: staticIpam }))).toSucceed()
    expect(one).toHaveLink('net1', { kind: 'ipvlan', mode, isUp: true })
    expect(one.addressTexts('net1')).toEqual(['10.1.2.2/24', 'fd00:2::2/64'])
    for (const address of ['10.1.2.77', 'fd00:2::77', ...outside]) expect(one).toReach(address)
  },
)

test('tells the neighbours of both families, as often as wanted', async ({ lab }) => {
  const { host, far } = newWire(lab)
  const pod = lab.pod(host)
  const seen = await capture(far, 'far0', 'arp or icmp6')
  lab.afterwards(() => seen.stop())
  const ipam = hostLocalOf(lab.dataDir(), ...networks)
  expect(await pod.add(ipvlan({ ipam, announce: { count: 2 } }))).toSucceed()
  give(far, 'far0', '10.1.2.99/24')
  expect(pod).toReach('10.1.2.99')
  await seen.waitFor(/who-has 10\.1\.2\.99 /)
  const mac = host.findLink('eth0')?.address
  const request = new RegExp(
    `${mac} > ff:ff:ff:ff:ff:ff.*who-has 10\\.1\\.2\\.2 .*tell 10\\.1\\.2\\.2`,
  )
  const advertisement = new RegExp(`${mac} > 33:33.*neighbor advertisement, tgt is fd00:2::2`)
  expect([seen.seen(request).length, seen.seen(advertisement).length]).toEqual([2, 2])
})

test('ADD does not change the mode and flag of other pods', async ({ lab }) => {
  const { host } = newWire(lab)
  const [one, other] = [lab.pod(host), lab.pod(host)]
  const config = ipvlan({ ipam: hostLocalOf(lab.dataDir(), networks[0]), flag: 'private' })
  expect(await one.add(config)).toSucceed()
  expect(await other.add({ ...config, mode: 'l3' })).toFailWith(7, 'mode: expected l2, which')
  expect(await other.add({ ...config, flag: 'vepa' })).toFailWith(7, `net1 in ${one.path}`)
  expect(lab.takenAddresses(config.name)).toHaveLength(1)
  expect(one.findLink('net1')?.linkinfo?.info_data).toMatchObject({ mode: 'l2', private: true })
  expect(await other.add(config)).toSucceed()
  for (const pod of [one, other]) expect(await pod.del(config)).toSucceed()
  expect(await other.add({ ...config, mode: 'l3', flag: 'bridge' })).toSucceed()
})

test('DEL needs neither master, nor default route, nor valid keys', async ({ lab }) => {
  const { host } = newWire(lab)
  const [pod, other] = [lab.pod(host), lab.pod(host)]
  const config = ipvlan({ ipam: hostLocalOf(lab.dataDir(), networks[0]) })
  for (const each of [pod, other]) expect(await each.add(config)).toSucceed()
  const broken = { ...config, master: undefined, mode: 'strange', prevResult: 7 }
  expect(await pod.del(broken)).toSucceed()
  expect(pod).toHaveOnlyLinks()
  host.ip('link', 'delete', 'eth0')
  expect(await other.del(config)).toSucceed()
  expect(lab.takenAddresses(config.name)).toEqual([])
})

test('CHECK, STATUS and ADD say what is wrong with an ipvlan and its master', async ({ lab }) => {
  const { host } = newWire(lab)
  const pod = lab.pod(host)
  const config = ipvlan({ ipam: hostLocalOf(lab.dataDir(), networks[0]), mtu: 9000 })
  const { result: prevResult } = await pod.add(config)
  expect(pod).toHaveLink('net1', { mtu: 9000 })
  expect(await pod.check({ ...config, prevResult })).toSucceed()
  expect(await pod.status(config)).toSucceed()
  pod.ip('link', 'set', 'net1', 'type', 'ipvlan', 'mode', 'l3', 'private')
  pod.ip('address', 'flush', 'dev', 'net1')
  expect(await pod.check({ ...config, prevResult })).toFailWith(
    999,
    /mode: expected l2, found l3; flag: expected bridge, found private; address of net1: expected 10\.1\.2\.2/,
  )
  expect(await pod.del(config)).toSucceed()
  host.ip('link', 'add', 'macvlan0', 'link', 'eth0', 'type', 'macvlan')
  expect(await pod.add(config)).toFailWith(11, 'eth0 gives its frames to macvlans')
  expect(lab.takenAddresses(config.name)).toEqual([])
  host.ip('link', 'set', 'eth0', 'down')
  expect(await pod.status(config)).toFailWith(51, 'no ipvlan on it has a carrier')
})
