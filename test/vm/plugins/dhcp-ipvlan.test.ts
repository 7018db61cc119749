/** Leases for links that share a hardware address. */

import { expect } from 'vitest'
import { dhcpOf, ipvlan } from '#test/lab/config-builders.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('two ipvlans on one link have leases of their own', async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { flags: ['-broadcast'] })
  const config = ipvlan({ mode: 'l2', ipam: dhcpOf(daemon) })
  const pods = [lab.pod(host), lab.pod(host)]
  const addresses: string[] = []
  for (const pod of pods) {
    const added = await pod.add(config)
    expect(added).toSucceed()
    const address = leasedAddress(added)
    addresses.push(address)
    expect(pod).toHaveAddress('net1', `${address}/24`)
    expect(pod).toReach(server.settings.address)
  }
  expect(new Set(addresses).size).toBe(2)
  const macs = [...server.leases().values()].map(({ mac }) => mac)
  expect(new Set(macs)).toEqual(new Set([host.findLink('eth0')?.address]))
  for (const [index, pod] of pods.entries()) {
    expect(await pod.del(config)).toSucceed()
    await server.logged('DHCPRELEASE', addresses[index])
  }
})
