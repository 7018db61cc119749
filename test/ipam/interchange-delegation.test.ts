import { describe, expect } from 'vitest'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

type Side = 'ours' | 'Go'

const other = { ours: 'Go', Go: 'ours' } as const

/** Whose macvlan is called, and whose host-local it finds. */
const pairs: readonly (readonly [Side, Side])[] = [
  ['ours', 'Go'],
  ['Go', 'ours'],
  ['ours', 'ours'],
  ['Go', 'Go'],
]

/** How a runtime calls one side's macvlan with one side's host-local. */
function calling(lab: Lab, main: Side, ipam: Side) {
  return {
    plugin: main === 'Go' ? `${goPlugins}/macvlan` : 'macvlan',
    path: [ipam === 'Go' ? goPlugins : lab.pluginFolder()],
  }
}

function podOn(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'eth0')
  return lab.pod(host)
}

function configOf(lab: Lab, more: Config = {}): Config {
  // CHECK of Go 1.1.1 does not find a route that has its gateway from the address, not even its own.
  const routes = [{ dst: '10.9.0.0/16', gw: '10.7.0.1' }]
  const ipam = hostLocal(lab.dataDir(), '10.7.0.0/24', { routes })
  return macvlan({ cniVersion: '1.0.0', ipam, ...more })
}

describe('an attachment', () => {
  test.for(pairs)(
    'by macvlan: %s with host-local: %s is checked and deleted by the others',
    async ([main, ipam], { lab }) => {
      const pod = podOn(lab)
      const ranges = [[{ subnet: '10.7.0.0/24' }], [{ subnet: 'fd00:7::/64' }]]
      const routes = [
        { dst: '10.9.0.0/16', gw: '10.7.0.1' },
        { dst: '::/0', gw: 'fd00:7::1' },
      ]
      const config = configOf(lab, { ipam: hostLocal(lab.dataDir(), '', { ranges, routes }) })
      const added = await pod.add(config, calling(lab, main, ipam))
      expect(added).toSucceed()
      expect(pod).toHaveAddress('net1', '10.7.0.2/24')
      expect(pod).toHaveAddress('net1', 'fd00:7::2/64')
      const others = calling(lab, other[main], other[ipam])
      const withResult = { ...config, prevResult: added.result }
      expect(await pod.check(withResult, others)).toSucceed()
      expect(await pod.del(withResult, others)).toSucceed()
      expect(await pod.check(withResult, calling(lab, main, ipam))).toFailWith(999, /./)
      expect(pod).toHaveOnlyLinks()
      expect(lab.takenAddresses(config.name)).toEqual([])
    },
  )

  test.for(pairs)(
    'by macvlan: %s with host-local: %s gives its address back without a sandbox',
    async ([main, ipam], { lab }) => {
      const pod = podOn(lab)
      const config = configOf(lab)
      expect(await pod.add(config, calling(lab, main, ipam))).toSucceed()
      const others = calling(lab, other[main], other[ipam])
      expect(await pod.del(config, { ...others, netns: '' })).toSucceed()
      expect(lab.takenAddresses(config.name)).toEqual([])
    },
  )

  test.for(pairs)(
    'by macvlan: %s with host-local: %s gets what CNI_ARGS and the runtime ask for',
    async ([main, ipam], { lab }) => {
      const pod = podOn(lab)
      const ranges = [[{ subnet: '10.7.0.0/24' }], [{ subnet: '10.8.0.0/24' }]]
      const runtimeConfig = { ips: ['10.8.0.77'], mac: '02:00:00:00:00:07' }
      const config = configOf(lab, {
        runtimeConfig,
        ipam: hostLocal(lab.dataDir(), '', { ranges }),
      })
      const args = 'IgnoreUnknown=1;K8S_POD_NAME=web;IP=10.7.0.99'
      expect(await pod.add(config, { ...calling(lab, main, ipam), args })).toSucceed()
      expect(pod).toHaveLink('net1', { mac: '02:00:00:00:00:07' })
      expect(pod.addressTexts('net1')).toEqual(['10.7.0.99/24', '10.8.0.77/24'])
    },
  )

  test.for(pairs)(
    'by macvlan: %s with host-local: %s is not added again by the others',
    async ([main, ipam], { lab }) => {
      const pod = podOn(lab)
      const config = configOf(lab)
      expect(await pod.add(config, calling(lab, main, ipam))).toSucceed()
      // The sandbox was lost and made anew, without a DEL in between.
      pod.ip('link', 'delete', 'net1')
      const others = calling(lab, other[main], other[ipam])
      expect(await pod.add(config, others)).toFailWith(999, '10.7.0.2')
      // Go 1.1.1 leaves the link it has made where it gets no address.
      expect(pod).toHaveOnlyLinks(...(other[main] === 'Go' ? ['net1'] : []))
      expect(lab.takenAddresses(config.name)).toEqual(['10.7.0.2'])
    },
  )
})
