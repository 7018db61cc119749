/** Addresses that a server gives and somebody else has. */

import { expect, vi } from 'vitest'
import { dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('an address that somebody has already is declined, and not used', async ({ lab }) => {
  const settings = { pool: ['10.220.0.100', '10.220.0.100'] } as const
  const flags = ['-resendtimeout', '3s']
  const { host, server, daemon } = await startDhcpSegment(lab, { settings, flags })
  const [squatter, pod] = [lab.pod(host), lab.pod(host)]
  expect(await squatter.add(macvlan())).toSucceed()
  squatter.ip('address', 'add', '10.220.0.100/24', 'dev', 'net1')
  const mac = squatter.findLink('net1')?.address
  const text = new RegExp(`net1.*10\\.220\\.0\\.100.* is in use by ${mac}`)
  expect(await pod.add(macvlan({ ipam: dhcpOf(daemon) }))).toFailWith(11, text)
  await server.logged('DHCPDECLINE', '10.220.0.100')
  expect(pod).toHaveOnlyLinks()
})

test('nobody is asked where a configuration says so', async ({ lab }) => {
  const settings = { pool: ['10.220.0.100', '10.220.0.100'] } as const
  const { host, daemon } = await startDhcpSegment(lab, { settings })
  const [squatter, pod] = [lab.pod(host), lab.pod(host)]
  expect(await squatter.add(macvlan())).toSucceed()
  squatter.ip('address', 'add', '10.220.0.100/24', 'dev', 'net1')
  const ipam = dhcpOf(daemon, { conflictProbe: { count: 0 } })
  expect(leasedAddress(await pod.add(macvlan({ ipam })))).toBe('10.220.0.100')
})

test('an IPv6 address that somebody turns out to have is declined, and another one taken', async ({
  lab,
}) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { settings: { hasIpv6: true } })
  const config = macvlan({ ipam: dhcpOf(daemon, { families: ['ipv6'] }) })
  const pod = lab.pod(host)
  const added = await pod.add(config)
  expect(added).toSucceed()
  const first = leasedAddress(added)
  expect(await pod.del(config)).toSucceed()
  // The name of the container makes the address.
  const squatter = lab.pod(host)
  expect(await squatter.add(macvlan())).toSucceed()
  squatter.ip('address', 'add', `${first}/64`, 'dev', 'net1', 'nodad')
  expect(leasedAddress(await pod.add(config))).toBe(first)
  await server.log.waitFor(/DHCPDECLINE\(far0\)/)
  await vi.waitFor(
    () => {
      const texts = pod.addressTexts('net1')
      expect(texts).toHaveLength(1)
      expect(texts).not.toContain(`${first}/128`)
    },
    { timeout: 30_000 },
  )
})
