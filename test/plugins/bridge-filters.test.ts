/** What the packet filter does for a bridge's pods, on the wire. */

import { describe, expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { bridge, hostLocalOf } from '#test/lab/config-builders.ts'
import { test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import {
  connectUplink,
  everyFamilies,
  familiesOf,
  literally,
  podNetworks,
  uplink,
} from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

const pod1 = { 4: '10.1.2.2', 6: 'fd00:5::2' } as const
const pod2 = { 4: '10.1.2.3', 6: 'fd00:5::3' } as const

/** The rules of every filter on a host that mention a container. */
function rulesOf(host: LabNamespace, containerId: string): readonly string[] {
  const { nftables }: { nftables: { rule?: object }[] } = JSON.parse(
    host.run('nft', '-j', 'list', 'ruleset'),
  )
  const texts = nftables.flatMap(({ rule }) => (rule === undefined ? [] : [JSON.stringify(rule)]))
  const iptables = ['iptables-save', 'ip6tables-save'].flatMap((save) => host.run(save).split('\n'))
  return [...texts, ...iptables].filter((text) => text.includes(containerId))
}

const echoFrom = (from: string, to: string) =>
  new RegExp(`: ${literally(from)} > ${literally(to)}: ICMP.* echo request`)

describe.for(['nftables', 'iptables'] as const)('ipMasq with %s', (ipMasqBackend) => {
  test.for(everyFamilies)(
    'gives packets of a pod to other networks the host’s address, with %s',
    async (families, { lab }) => {
      const host = lab.host()
      const far = connectUplink(lab, host)
      const [pod, neighbour] = [lab.pod(host), lab.pod(host)]
      const seen = await capture(far, 'far0', 'icmp or icmp6')
      lab.afterwards(() => seen.stop())
      const ipam = hostLocalOf(lab.dataDir(), ...podNetworks[families])
      const config = bridge({ isDefaultGateway: true, ipMasq: true, ipMasqBackend, ipam })
      const added = await pod.add(config)
      expect(added).toSucceed()
      expect(await neighbour.add(config)).toSucceed()
      expect(rulesOf(host, pod.containerId)).not.toEqual([])
      for (const family of familiesOf[families]) {
        expect(pod).toReach(uplink.far[family])
        await seen.waitFor(echoFrom(uplink.host[family], uplink.far[family]))
        expect(seen.seen(echoFrom(pod1[family], uplink.far[family]))).toEqual([])
        expect(pod).toReach(pod2[family])
      }
      expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
      expect(await pod.del(config)).toSucceed()
      expect(rulesOf(host, pod.containerId)).toEqual([])
      expect(rulesOf(host, neighbour.containerId)).not.toEqual([])
      for (const family of familiesOf[families]) expect(neighbour).toReach(uplink.far[family])
    },
  )

  test('shows a pod’s own address to its neighbours', async ({ lab }) => {
    const host = lab.host()
    const [pod, neighbour] = [lab.pod(host), lab.pod(host)]
    const ipam = hostLocalOf(lab.dataDir(), ...podNetworks['dual stack'])
    const config = bridge({ isDefaultGateway: true, ipMasq: true, ipMasqBackend, ipam })
    expect(await pod.add(config)).toSucceed()
    expect(await neighbour.add(config)).toSucceed()
    const seen = await capture(neighbour, 'net1', 'icmp or icmp6')
    lab.afterwards(() => seen.stop())
    for (const family of [4, 6] as const) {
      expect(pod).toReach(pod2[family])
      await seen.waitFor(echoFrom(pod1[family], pod2[family]))
    }
  })
})

describe('macspoofchk', () => {
  const network = bridge({ isGateway: true, macspoofchk: true })
  const setMac = (space: LabNamespace, mac: string) => {
    space.ip('link', 'set', 'net1', 'address', mac)
    // Who answers knows the former one yet.
    space.ip('neighbour', 'flush', 'all')
  }

  test('drops frames from another hardware address, and no others', async ({ lab }) => {
    const host = lab.host()
    const [pod, plain] = [lab.pod(host), lab.pod(host)]
    const ipam = hostLocalOf(lab.dataDir(), ...podNetworks['dual stack'])
    expect(await pod.add({ ...network, ipam })).toSucceed()
    expect(await plain.add({ ...network, ipam, macspoofchk: false })).toSucceed()
    const mac = pod.findLink('net1')?.address ?? ''
    const plainMac = plain.findLink('net1')?.address ?? ''
    for (const gateway of ['10.1.2.1', 'fd00:5::1']) expect(pod).toReach(gateway)

    const seen = await capture(host, 'br0', 'ether src 02:00:00:00:00:99')
    lab.afterwards(() => seen.stop())
    setMac(pod, '02:00:00:00:00:99')
    for (const gateway of ['10.1.2.1', 'fd00:5::1']) expect(pod).not.toReach(gateway)
    setMac(plain, '02:00:00:00:00:98')
    for (const gateway of ['10.1.2.1', 'fd00:5::1']) expect(plain).toReach(gateway)
    expect(seen.seen(/02:00:00:00:00:99 >/)).toEqual([])

    setMac(pod, mac)
    setMac(plain, plainMac)
    for (const gateway of ['10.1.2.1', 'fd00:5::1']) expect(pod).toReach(gateway)
    expect(pod).toReach('10.1.2.3')
  })

  test('has rules of its own for each interface, which go with it', async ({ lab }) => {
    const host = lab.host()
    const [pod, other] = [lab.pod(host), lab.pod(host)]
    expect(await pod.add(network)).toSucceed()
    expect(await pod.add(network, { ifName: 'net2' })).toSucceed()
    expect(await other.add(network)).toSucceed()
    const guards = (ifName: string, { containerId } = pod) =>
      rulesOf(host, `macspoofchk-${containerId}-${ifName}`).length
    expect([guards('net1'), guards('net2'), guards('net1', other)]).toEqual([4, 4, 4])
    expect(await pod.del(network)).toSucceed()
    expect([guards('net1'), guards('net2'), guards('net1', other)]).toEqual([0, 4, 4])
    host.ip('netns', 'delete', pod.name)
    expect(await pod.del(network, { ifName: 'net2' })).toSucceed()
    expect(await other.del(network, { netns: '' })).toSucceed()
    expect(rulesOf(host, 'macspoofchk')).toEqual([])
  })
})
