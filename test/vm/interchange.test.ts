/** Pods added by our plugins or the reference's, and checked and deleted by the other. */

import { expect } from 'vitest'
import { type Config, hostLocal, ipvlan, vlan } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import { modern } from '#test/lab/reference.ts'
import '#test/lab/matchers.ts'

type Side = 'ours' | 'Go'

/** How a runtime calls one side's plugins, which find the same side's IPAM plugins. */
function calling(lab: Lab, side: Side, type: unknown) {
  if (side === 'Go') return { plugin: `${goPlugins}/${type}`, path: [goPlugins] }
  return { plugin: String(type), path: [lab.pluginFolder()] }
}

// CHECK of Go 1.1.1 does not find a route that has its gateway from the address, not even its own.
const routes = [
  { dst: '10.9.0.0/16', gw: '10.1.2.1' },
  { dst: 'fd00:9::/64', gw: 'fd00:2::1' },
]
const prevResult = {
  cniVersion: '1.0.0',
  interfaces: [{ name: 'eth0' }],
  ips: [
    { address: '10.1.2.5/24', gateway: '10.1.2.1', interface: 0 },
    { address: 'fd00:2::5/64', gateway: 'fd00:2::1', interface: 0 },
  ],
  routes,
}

/** host-local with a single address for each subnet, so that everybody gets the same. */
function oneAddress(dataDir: string, ...subnets: readonly (readonly [string, string])[]): Config {
  const ranges = subnets.map(([subnet, only]) => [{ subnet, rangeStart: only, rangeEnd: only }])
  return hostLocal(dataDir, '', { ranges, routes: routes.slice(0, ranges.length) })
}

const ipv4 = ['10.1.2.0/24', '10.1.2.5'] as const
const ipv6 = ['fd00:2::/64', 'fd00:2::5'] as const

/** Attachments of which both sides say the same. */
const attachments: Record<string, (dataDir: string) => Config> = {
  'ipvlan in l2': (dataDir) => ipvlan({ ipam: oneAddress(dataDir, ipv4), mtu: 1400 }),
  'ipvlan in l3': (dataDir) => ipvlan({ ipam: oneAddress(dataDir, ipv4, ipv6), mode: 'l3' }),
  'ipvlan in a list, without ipam': () => {
    const dns = { nameservers: ['10.1.2.53'] }
    return ipvlan({ master: undefined, prevResult, mode: 'l3s', dns })
  },
  vlan: (dataDir) => vlan({ ipam: oneAddress(dataDir, ipv4), mtu: 1400 }),
}

function seenOf(pod: Pod): object {
  const { mtu, address, linkinfo } = pod.findLink('net1') ?? {}
  return { mtu, address, linkinfo, addresses: pod.addressTexts('net1') }
}

test.for(Object.entries(attachments))(
  '%s is the same by both, and each checks and deletes that of the other',
  async ([, build], { lab }) => {
    const host = lab.host()
    lab.cable(host, 'eth0')
    const pod = lab.pod(host)
    const config: Config = { ...build(lab.dataDir()), cniVersion: '1.0.0' }
    const told: object[] = []
    for (const [one, other] of [
      ['Go', 'ours'],
      ['ours', 'Go'],
    ] as const) {
      const added = await pod.add(config, calling(lab, one, config.type))
      expect(added).toSucceed()
      told.push({ result: modern(added.result), seen: seenOf(pod) })
      // CHECK of Go does not look for a master that is not named.
      const withResult = { ...config, master: 'eth0', prevResult: added.result }
      expect(await pod.check(withResult, calling(lab, other, config.type))).toSucceed()
      expect(await pod.del(config, calling(lab, other, config.type))).toSucceed()
      expect(pod).toHaveOnlyLinks()
      expect(lab.takenAddresses(config.name)).toEqual([])
    }
    expect(told[1]).toEqual(told[0])
  },
)
