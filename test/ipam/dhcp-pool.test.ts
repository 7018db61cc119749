/** What a server's pool has, and what comes back to it. */

import { expect, vi } from 'vitest'
import { bridge, dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { bridgeWire, leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { dnsmasq } from '#test/lab/dnsmasq.ts'
import { iscDhcpd } from '#test/lab/isc-dhcpd.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

for (const kind of [dnsmasq, iscDhcpd]) {
  test(`a pool of ${kind.name} that has nothing left is told of, until a DEL gives something back`, async ({
    lab,
  }) => {
    const flags = ['-timeout', '300ms', '-resendmax', '600ms', '-resendtimeout', '2s']
    const settings = { pool: ['10.220.0.100', '10.220.0.100'] } as const
    const { host, server, daemon } = await startDhcpSegment(lab, { kind, settings, flags })
    const config = macvlan({ ipam: dhcpOf(daemon) })
    const [first, second] = [lab.pod(host), lab.pod(host)]
    expect(await first.add(config)).toSucceed()
    expect(await second.add(config)).toFailWith(11, /net1.*DHCP|DHCP.*net1/)
    expect(second).toHaveOnlyLinks()

    expect(await first.del(config)).toSucceed()
    await server.logged('DHCPRELEASE', '10.220.0.100')
    expect(await second.add(config)).toSucceed()
    expect(second).toHaveAddress('net1', '10.220.0.100/24')
  })

  for (const build of [macvlan, bridge]) {
    const { type } = build()
    test(`a DEL of ${type} gives the lease back to ${kind.name}`, async ({ lab }) => {
      const { host, server, daemon } = await startDhcpSegment(lab, { kind })
      if (type === 'bridge') bridgeWire(host)
      const pod = lab.pod(host)
      const config = build({ ipam: dhcpOf(daemon) })
      const added = await pod.add(config)
      expect(added).toSucceed()
      expect([...server.leases().keys()]).toEqual([leasedAddress(added)])
      expect(await pod.del(config)).toSucceed()
      await server.logged('DHCPRELEASE', leasedAddress(added))
      await vi.waitFor(() => expect(server.leases().size).toBe(0))
      expect(pod).toHaveOnlyLinks()
    })
  }
}
