/** Addresses of both families from one server. */

import { expect } from 'vitest'
import { dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { addressesOf } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const settings = { hasIpv6: true }

test('one ADD gets addresses of both families, and its DEL gives them back', async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { settings })
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon, { families: ['ipv4', 'ipv6'] }) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  const [first = '', second = ''] = addressesOf(added)
  expect([first, second]).toEqual([
    expect.stringMatching(/^10\.220\.0\.\d+\/24$/),
    expect.stringMatching(/^fd00:220::1[0-9a-f]{2}\/128$/),
  ])
  expect(pod.addressTexts('net1')).toEqual([first, second])
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  const { log } = server
  expect(await pod.del(config)).toSucceed()
  await log.waitFor(/DHCPRELEASE\(far0\) 10\.220/)
  await log.waitFor(/DHCPRELEASE\(far0\) .*00:04:/)
  expect(pod).toHaveOnlyLinks()
})

test('IPv6 alone is renewed, and outlives a daemon', async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { settings })
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon, { families: ['ipv6'] }) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  await daemon.kill()
  await daemon.start()
  await server.log.waitFor(/DHCPCONFIRM\(far0\)/)
  await daemon.log.waitFor(/lease of fd00:220::/)
  expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  expect(await pod.del(config)).toSucceed()
  await server.log.waitFor(/DHCPRELEASE\(far0\)/)
})

test('a server without IPv6 fails an ADD that wants both, and gets its lease back', async ({
  lab,
}) => {
  const flags = ['-timeout', '200ms', '-resendtimeout', '2s']
  const { host, server, daemon } = await startDhcpSegment(lab, { flags })
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon, { families: ['ipv4', 'ipv6'] }) })
  const added = await pod.add(config)
  expect(added).toFailWith(11, /net1.*DHCPv6/)
  await server.log.waitFor(/DHCPRELEASE\(far0\) 10\.220/)
  expect(pod).toHaveOnlyLinks()
})

test('what a DEL without a daemon leaves, both servers get back from the next one', async ({
  lab,
}) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { settings })
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon, { families: ['ipv6', 'ipv4'] }) })
  expect(await pod.add(config)).toSucceed()
  await daemon.kill()
  expect(await pod.del(config)).toSucceed()
  await daemon.start()
  await server.log.waitFor(/DHCPRELEASE\(far0\) 10\.220/)
  await server.log.waitFor(/DHCPRELEASE\(far0\) .*00:04:/)
})
