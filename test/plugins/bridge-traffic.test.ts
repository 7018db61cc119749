import { describe, expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { bridge, type Config, hostLocalOf } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import {
  connectUplink,
  everyFamilies,
  familiesOf,
  literally,
  podAddresses,
  podNetworks,
  uplink,
} from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

/** Pods on one bridge of a host, each with keys of its own beside those of the network. */
async function podsOn(lab: Lab, host: LabNamespace, ...own: readonly Config[]): Promise<Pod[]> {
  const ipam = hostLocalOf(lab.dataDir(), ...podNetworks['dual stack'])
  const network = bridge({ isDefaultGateway: true, ipam })
  const pods: Pod[] = []
  for (const keys of own) {
    const pod = lab.pod(host)
    expect(await pod.add({ ...network, ...keys })).toSucceed()
    pods.push(pod)
  }
  return pods
}

describe.for(everyFamilies)('with %s', (families) => {
  const networks = (lab: Lab) => hostLocalOf(lab.dataDir(), ...podNetworks[families])

  test('pods on one bridge reach each other', async ({ lab }) => {
    const [first, second] = [lab.host()].flatMap((host) => [lab.pod(host), lab.pod(host)])
    const config = bridge({ ipam: networks(lab) })
    expect(await first?.add(config)).toSucceed()
    expect(await second?.add(config)).toSucceed()
    for (const family of familiesOf[families]) {
      expect(first).toReach(podAddresses[family].second)
      expect(second).toReach(podAddresses[family].first)
    }
  })

  test('a pod reaches another machine through the gateway, under its own address', async ({
    lab,
  }) => {
    const host = lab.host()
    const far = connectUplink(lab, host)
    const pod = lab.pod(host)
    const seen = await capture(far, 'far0', 'icmp or icmp6')
    lab.afterwards(() => seen.stop())
    expect(await pod.add(bridge({ isDefaultGateway: true, ipam: networks(lab) }))).toSucceed()
    for (const family of familiesOf[families]) {
      expect(pod).toReach(uplink.far[family])
      expect(far).toReach(podAddresses[family].first)
      const path = `: ${podAddresses[family].first} > ${uplink.far[family]}: `
      await seen.waitFor(new RegExp(`${literally(path)}ICMP.* echo request`))
    }
  })
})

test('pods on isolated ports reach the gateway and others, but not each other', async ({ lab }) => {
  const isolated = { portIsolation: true }
  const [first, second, plain] = await podsOn(lab, lab.host(), isolated, isolated, {})
  for (const family of [4, 6] as const) {
    const to = podAddresses[family]
    expect(first).toReach(to.gateway)
    expect(second).toReach(to.gateway)
    expect(first).toReach(to.third)
    expect(plain).toReach(to.second)
    expect(first).not.toReach(to.second)
    expect(second).not.toReach(to.first)
  }
})

/** Two machines in a pod that speak to each other through the pod's port alone. */
function machinesBehind(lab: Lab, pod: Pod): LabNamespace[] {
  return ['10.7.0.1', '10.7.0.2'].map((address) => {
    const machine = lab.namespace('inner')
    const vepa = ['link', 'net1', 'type', 'macvlan', 'mode', 'vepa']
    pod.ip('link', 'add', 'inner', 'netns', machine.name, ...vepa)
    machine.ip('address', 'add', `${address}/24`, 'dev', 'inner')
    machine.ip('link', 'set', 'inner', 'up')
    return machine
  })
}

test.for([
  [true, 'reach each other'],
  [false, 'do not reach each other'],
] as const)(
  'with hairpinMode %s machines behind one port %s through the bridge',
  async ([hairpinMode], { lab }) => {
    const [pod] = await podsOn(lab, lab.host(), { hairpinMode })
    const [inner] = pod === undefined ? [] : machinesBehind(lab, pod)
    if (hairpinMode) expect(inner).toReach('10.7.0.2')
    else expect(inner).not.toReach('10.7.0.2')
  },
)

test.for([
  [true, 'takes'],
  [false, 'does not take'],
] as const)(
  'with promiscMode %s the bridge itself %s frames for others',
  async ([promiscMode], { lab }) => {
    const host = lab.host()
    const [pod] = await podsOn(lab, host, { promiscMode })
    expect(host.findLink('br0')?.flags.includes('PROMISC')).toBe(promiscMode)
    const seen = await capture(host, 'br0', 'icmp')
    lab.afterwards(() => seen.stop())
    const stranger = '02:00:00:00:00:99'
    pod?.ip('neighbour', 'add', '10.1.2.99', 'lladdr', stranger, 'dev', 'net1')
    expect(pod).not.toReach('10.1.2.99')
    expect(pod).toReach('10.1.2.1')
    await seen.waitFor(/> 10\.1\.2\.1: ICMP echo request/)
    expect(seen.seen(/> 10\.1\.2\.99: ICMP echo request/).length > 0).toBe(promiscMode)
  },
)
