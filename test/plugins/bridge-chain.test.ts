import { describe, expect } from 'vitest'
import { type Config, hostLocal } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import { type ListedPlugin, PluginList } from '#test/lab/plugin-list.ts'
import type { Pod } from '#test/lab/pod.ts'
import { rulesetText } from '#test/lab/ruleset.ts'
import { askServer, serve } from '#test/lab/server.ts'
import { connectUplink, uplink } from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

const mac = '02:00:00:00:00:07'
const [hostPort, containerPort, peerPort] = [8080, 80, 4444]
const portMappings = [{ hostPort, containerPort, protocol: 'tcp' }]

/** Who has which address, in each family. */
const families = [
  { host: uplink.host[4], peer: uplink.far[4], gateway: '10.7.0.1', pod: '10.7.0.2' },
  { host: uplink.host[6], peer: uplink.far[6], gateway: 'fd00:7::1', pod: 'fd00:7::2' },
]

function byGo(config: Config): ListedPlugin {
  return { plugin: `${goPlugins}/${config.type}`, config }
}

/** The list that podman makes for a new network, with a bridge of one side, and some tuning. */
function listWith(lab: Lab, bridge: string, cniVersion: string): PluginList {
  const config = {
    type: 'bridge',
    bridge: 'br0',
    isGateway: true,
    ipMasq: true,
    ipMasqBackend: 'iptables',
    hairpinMode: true,
    ipam: hostLocal(lab.dataDir(), '', {
      ranges: [[{ subnet: '10.7.0.0/24' }], [{ subnet: 'fd00:7::/64' }]],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
    }),
  }
  return new PluginList(cniVersion, [
    { plugin: bridge, config },
    {
      ...byGo({ type: 'portmap', runtimeConfig: { portMappings } }),
      // CHECK of Go 1.1.1 looks for the rules of IPv4 in ip6tables, also behind its own bridge.
      isChecked: false,
    },
    byGo({ type: 'firewall', backend: '' }),
    byGo({ type: 'tuning', mac, mtu: 1400, sysctl: { 'net.core.somaxconn': '321' } }),
  ])
}

function expectTuned(pod: Pod): void {
  expect(pod).toHaveLink('net1', { mac, mtu: 1400, isUp: true })
  expect(pod.sysctl('net/core/somaxconn')).toBe('321')
}

describe('a bridge in front of portmap, firewall and tuning of Go', () => {
  test.for(['0.4.0', '1.0.0'])('gives them what they need at %s', async (cniVersion, { lab }) => {
    const host = lab.host()
    const peer = connectUplink(lab, host)
    const pod = lab.pod(host)
    const list = listWith(lab, 'bridge', cniVersion)
    const result = await list.add(pod)
    expect(result?.interfaces).toEqual([
      { name: 'br0', mac: host.findLink('br0')?.address },
      expect.objectContaining({ name: expect.stringMatching(/^veth/) }),
      { name: 'net1', mac, sandbox: pod.path },
    ])
    expectTuned(pod)
    await list.check(pod)

    await Promise.all([serve(lab, pod, containerPort), serve(lab, peer, peerPort)])
    for (const address of families) {
      expect(askServer(peer, address.host, hostPort)).toBe(address.peer)
      expect(askServer(host, address.host, hostPort)).toBe(address.host)
      // A pod that asks itself through the host gets its own frame back: hairpinMode.
      expect(askServer(pod, address.host, hostPort)).toBe(address.gateway)
      expect(askServer(pod, address.peer, peerPort)).toBe(address.host)
    }

    await list.del(pod)
    expect(pod).toHaveOnlyLinks()
    expect(host).toHaveOnlyLinks('br0', 'eth0')
    expect(lab.takenAddresses(list.name)).toEqual([])
    for (const address of families) {
      expect(() => askServer(peer, address.host, hostPort)).toThrow('exit status 1')
    }
    await list.del(pod)
  })

  test('is let through by firewall where everything else is dropped', async ({ lab }) => {
    const host = lab.host()
    const peer = connectUplink(lab, host)
    const pod = lab.pod(host)
    const list = listWith(lab, 'bridge', '1.0.0')
    for (const program of ['iptables', 'ip6tables']) {
      host.run(program, '--policy', 'FORWARD', 'DROP')
    }
    await list.add(pod)
    await serve(lab, peer, peerPort)
    for (const address of families) {
      expect(askServer(pod, address.peer, peerPort)).toBe(address.host)
    }
    await list.del(pod)
  })

  test('leaves no more than a bridge of Go there', async ({ lab }) => {
    const rulesets: string[] = []
    for (const bridge of [`${goPlugins}/bridge`, 'bridge']) {
      const host = lab.host()
      connectUplink(lab, host)
      const pod = lab.pod(host)
      const list = listWith(lab, bridge, '1.0.0')
      await list.add(pod)
      for (const address of families) expect(rulesetText(host)).toContain(address.pod)
      await list.del(pod)
      rulesets.push(rulesetText(host))
    }
    expect(rulesets[1]).toEqual(rulesets[0])
    for (const address of families) expect(rulesets[1]).not.toContain(address.pod)
  })
})
