import { describe, expect } from 'vitest'
import { type Config, hostDevice, hostLocal } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

type Side = 'ours' | 'Go'

const directions = [
  ['ours', 'Go'],
  ['Go', 'ours'],
] as const

/** How a runtime calls one side's host-device, which finds the same side's host-local. */
function calling(lab: Lab, side: Side) {
  if (side === 'Go') return { plugin: `${goPlugins}/host-device`, path: [goPlugins] }
  return { plugin: 'host-device', path: [lab.pluginFolder()] }
}

function podOn(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'ens8')
  return lab.pod(host)
}

function configOf(lab: Lab, more: Config = {}): Config {
  const routes = [{ dst: '10.9.0.0/16', gw: '10.7.0.1' }]
  const ipam = hostLocal(lab.dataDir(), '10.7.0.0/24', { routes })
  return hostDevice(lab.deviceDir(), { cniVersion: '1.0.0', ipam, ...more })
}

function expectAttached(pod: Pod): void {
  expect(pod).toHaveLink('net1', { kind: 'veth', isUp: true })
  expect(pod).toHaveAddress('net1', '10.7.0.2/24')
  expect(pod.findLink('net1')?.ifalias).toBe('ens8')
  expect(pod.runtime.host).toHaveOnlyLinks()
}

function expectHome(pod: Pod): void {
  expect(pod).toHaveOnlyLinks()
  expect(pod.runtime.host).toHaveOnlyLinks('ens8')
}

describe('a device', () => {
  test.for(directions)(
    'that %s took is checked and given back by %s',
    async ([first, second], { lab }) => {
      const pod = podOn(lab)
      const [one, other] = [calling(lab, first), calling(lab, second)]
      const { address } = pod.runtime.host.findLink('ens8') ?? {}
      for (const keys of [{ cniVersion: '0.4.0' }, { device: undefined, hwaddr: address }]) {
        const config = configOf(lab, keys)
        const added = await pod.add(config, one)
        expect(added).toSucceed()
        expectAttached(pod)
        const withResult = { ...config, prevResult: added.result }
        for (const checker of [one, other]) expect(await pod.check(withResult, checker)).toSucceed()
        expect(await pod.del(withResult, other)).toSucceed()
        expectHome(pod)
        expect(lab.takenAddresses(config.name)).toEqual([])
        expect(pod.runtime.host).toHaveLink('ens8', { isUp: false })
        // What Go leaves undone ours completes, if it knows of it.
        expect(await pod.del(withResult, calling(lab, 'ours'))).toSucceed()
        expectHome(pod)
      }
    },
  )

  test.for(directions)(
    'that %s took comes back when %s cannot have its name',
    async (sides, { lab }) => {
      const [one, other] = sides.map((side) => calling(lab, side))
      const pod = podOn(lab)
      const config = configOf(lab)
      expect(await pod.add(config, one)).toSucceed()
      pod.runtime.host.ip('link', 'add', 'ens8', 'type', 'bridge')
      expect((await pod.del(config, other)).status).toBe(1)
      expect(pod).toHaveLink('net1', { isUp: true })
      pod.runtime.host.ip('link', 'delete', 'ens8')
      expect(await pod.del(config, other)).toSucceed()
      expectHome(pod)
    },
  )

  test('that Go gave back is taken again, and comes back as it is then', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    const [ours, go] = [calling(lab, 'ours'), calling(lab, 'Go')]
    const config = configOf(lab)
    expect(await pod.add(config, ours)).toSucceed()
    expect(await pod.del(config, go)).toSucceed()
    host.ip('link', 'set', 'ens8', 'up', 'mtu', '1380', 'alias', 'rack 7')
    expect(await pod.add(config, ours)).toSucceed()
    expect(await pod.del(config, ours)).toSucceed()
    expect(host).toHaveLink('ens8', { isUp: true, mtu: 1380 })
    expect(host.findLink('ens8')?.ifalias).toBe('rack 7')
  })

  test('that Go took stays with its container when another wants it', async ({ lab }) => {
    const pod = podOn(lab)
    const rival = lab.pod(pod.runtime.host)
    const [ours, go] = [calling(lab, 'ours'), calling(lab, 'Go')]
    const config = configOf(lab)
    expect(await pod.add(config, go)).toSucceed()
    expect(await rival.add(config, ours)).toFailWith(7, 'ens8')
    expect(await rival.del(config, ours)).toSucceed()
    expectAttached(pod)
    expect(await pod.del(config, ours)).toSucceed()
    expectHome(pod)
  })
})
