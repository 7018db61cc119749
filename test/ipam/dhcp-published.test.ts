/** Configurations that are published in guides, with the socket of the test's daemon in them. */

import { expect } from 'vitest'
import type { Config } from '#test/lab/config-builders.ts'
import { bridgeWire, leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

interface Published {
  readonly text: string
  readonly link: string
  readonly prepare?: (host: LabNamespace) => void
  /** The links of the host when there is no pod. */
  readonly links: readonly string[]
}

const published: readonly Published[] = [
  {
    text: '{"cniVersion":"0.3.1","name":"macvlan-conf","type":"macvlan","master":"eth0","capabilities":{"mac":true},"ipam":{"type":"dhcp"}}',
    link: 'eth0',
    links: ['eth0'],
  },
  {
    text: '{"cniVersion":"0.3.1","name":"host-device-main","type":"host-device","device":"ens8","ipam":{"type":"dhcp"}}',
    link: 'ens8',
    links: ['ens8'],
  },
  {
    text: '{"cniVersion":"0.3.1","name":"bridge-conf","type":"bridge","bridge":"br0","ipam":{"type":"dhcp"}}',
    link: 'eth0',
    prepare: bridgeWire,
    links: ['br0', 'eth0'],
  },
]

function withSocket(text: string, daemonSocketPath: string): Config {
  const config = JSON.parse(text)
  return { ...config, ipam: { ...config.ipam, daemonSocketPath } }
}

for (const { text, link, prepare, links } of published) {
  test(`the published configuration of ${JSON.parse(text).type} works`, async ({ lab }) => {
    const settings = { router: '10.220.0.1' }
    const { host, server, daemon } = await startDhcpSegment(lab, { link, settings })
    prepare?.(host)
    const pod = lab.pod(host)
    const config = withSocket(text, daemon.socketPath)
    const added = await pod.add(config)
    expect(added).toSucceed()
    const address = leasedAddress(added)
    expect(added.result).toMatchObject({
      cniVersion: '0.3.1',
      ips: [{ version: '4', address: `${address}/24`, gateway: '10.220.0.1' }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.220.0.1' }],
    })
    expect(pod).toHaveAddress('net1', `${address}/24`)
    expect(pod).toReach('10.220.0.1')

    expect(await pod.del(config)).toSucceed()
    await server.logged('DHCPRELEASE', address)
    expect(pod).toHaveOnlyLinks()
    expect(host).toHaveOnlyLinks(...links)
    expect(await pod.del(config)).toSucceed()
  })
}

test('a fixed hardware address gets the same address in every container', async ({ lab }) => {
  const [mac, reserved] = ['02:00:5e:00:53:07', '10.220.0.77']
  const settings = { reservations: { [mac]: reserved } }
  const { host, server, daemon } = await startDhcpSegment(lab, { settings })
  const runtimeConfig = { mac }
  const config = { ...withSocket(published[0]?.text ?? '', daemon.socketPath), runtimeConfig }
  for (const turn of [1, 2]) {
    const pod = lab.pod(host)
    expect(await pod.add(config)).toSucceed()
    expect(pod).toHaveLink('net1', { mac })
    expect(pod).toHaveAddress('net1', `${reserved}/24`)
    expect(await pod.del(config)).toSucceed()
    await server.logged('DHCPRELEASE', reserved, turn)
  }
})
