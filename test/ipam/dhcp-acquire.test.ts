/** What a server tells reaches a container, and what a container tells reaches the server. */

import { expect } from 'vitest'
import { bridge, dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { bridgeWire, leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { dnsmasq } from '#test/lab/dnsmasq.ts'
import { iscDhcpd } from '#test/lab/isc-dhcpd.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const settings = {
  router: '10.220.0.1',
  nameServers: ['10.220.0.53', '10.220.0.54'],
  domain: 'lab.example',
  search: ['one.example', 'two.example'],
  mtu: 1400,
  staticRoutes: [['172.31.0.0', '10.220.0.9']],
} as const

const classlessRoutes = [
  ['10.77.0.0/16', '10.220.0.7'],
  ['0.0.0.0/0', '10.220.0.1'],
] as const

/** Those that are only sent to whoever asks for them. */
const request = [{ option: '33' }, { option: '121' }]

for (const kind of [dnsmasq, iscDhcpd]) {
  test(`address, routes, resolver settings and MTU of ${kind.name} reach a container`, async ({
    lab,
  }) => {
    const told = { ...settings, classlessRoutes }
    const { host, server, daemon } = await startDhcpSegment(lab, { kind, settings: told })
    bridgeWire(host)
    const pod = lab.pod(host)
    const added = await pod.add(bridge({ ipam: dhcpOf(daemon, { request }) }))
    expect(added).toSucceed()
    const address = leasedAddress(added)
    expect(added.result).toMatchObject({
      ips: [{ address: `${address}/24`, gateway: '10.220.0.1' }],
      routes: [
        { dst: '10.77.0.0/16', gw: '10.220.0.7' },
        { dst: '0.0.0.0/0', gw: '10.220.0.1' },
      ],
      dns: {
        nameservers: settings.nameServers,
        domain: settings.domain,
        search: settings.search,
      },
    })
    expect(pod).toHaveLink('net1', { mtu: 1400, isUp: true })
    expect(pod).toHaveAddress('net1', `${address}/24`)
    expect(pod.routes(4)).toMatchObject([
      { dst: 'default', gateway: '10.220.0.1' },
      { dst: '10.77.0.0/16', gateway: '10.220.0.7' },
      { dst: '10.220.0.0/24' },
    ])
    expect(pod).toReach(server.settings.address)
  })

  test(`${kind.name} knows a container by its client identifier and its host name`, async ({
    lab,
  }) => {
    const { host, server, daemon } = await startDhcpSegment(lab, { kind })
    const pod = lab.pod(host)
    const provide = [{ option: 'host-name', fromArg: 'K8S_POD_NAME' }]
    const config = macvlan({ ipam: dhcpOf(daemon, { provide }) })
    const added = await pod.add(config, { args: 'IgnoreUnknown=1;K8S_POD_NAME=web-0' })
    expect(added).toSucceed()
    const name = `${pod.containerId}/${config.name}/net1`
    expect(server.leases().get(leasedAddress(added))).toEqual({
      address: leasedAddress(added),
      mac: pod.findLink('net1')?.address,
      hostName: 'web-0',
      clientId: `00${Buffer.from(name).toString('hex')}`,
    })
  })
}

test('without classless routes there are those of old, and one to everywhere', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab, { settings })
  const pod = lab.pod(host)
  const added = await pod.add(macvlan({ ipam: dhcpOf(daemon, { request }) }))
  expect(added).toSucceed()
  expect(added.result?.routes).toEqual([
    { dst: '172.31.0.0/16', gw: '10.220.0.9' },
    { dst: '0.0.0.0/0', gw: '10.220.0.1' },
  ])
})

test('a configuration that wants addressing only gets neither resolver settings nor an MTU', async ({
  lab,
}) => {
  const { host, daemon } = await startDhcpSegment(lab, { settings })
  bridgeWire(host)
  const pod = lab.pod(host)
  const added = await pod.add(bridge({ ipam: dhcpOf(daemon, { addressingOnly: true }) }))
  expect(added).toSucceed()
  expect(added.result?.dns ?? {}).toEqual({})
  expect(pod).toHaveLink('net1', { mtu: 1500 })
})
