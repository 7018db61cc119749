/** The daemon that is not there, that comes back, and that others disturb. */

import { expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { floodClients } from '#test/lab/dhcp-flood.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

test('STATUS is about the daemon', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  const config = macvlan({ ipam: dhcpOf(daemon) })
  expect(await lab.pod(host).status(config)).toSucceed()
  await daemon.stop()
  expect(await lab.pod(host).status(config)).toFailWith(50, daemon.socketPath)
})

test('an ADD without a daemon says what is missing, and leaves nothing', async ({ lab }) => {
  const { host, daemon } = await startDhcpSegment(lab)
  await daemon.kill()
  const pod = lab.pod(host)
  const added = await pod.add(macvlan({ ipam: dhcpOf(daemon) }))
  expect(added).toFailWith(11, daemon.socketPath)
  expect(added.error?.details).toContain('dhcp daemon')
  expect(pod).toHaveOnlyLinks()
})

test('a DEL without a daemon succeeds, and the next daemon gives the lease back', async ({
  lab,
}) => {
  const { host, server, daemon } = await startDhcpSegment(lab)
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  await daemon.kill()
  expect(await pod.del(config)).toSucceed()
  expect(pod).toHaveOnlyLinks()
  expect(server.leases().size).toBe(1)
  await daemon.start()
  await server.logged('DHCPRELEASE', leasedAddress(added))
})

test('a DEL does not wait for a server that does not answer, which gets the lease back later', async ({
  lab,
}) => {
  const settings = { renewalSeconds: 3, rebindingSeconds: 60 }
  const { host, wire, server, daemon } = await startDhcpSegment(lab, { settings })
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  await server.stop()
  const requests = await capture(wire, 'far0', 'udp dst port 67')
  await requests.waitFor(/\.68 > /)
  requests.stop()
  // Were it to wait, the test would not end in time.
  expect(await pod.del(config)).toSucceed()
  await server.start()
  await server.logged('DHCPRELEASE', leasedAddress(added))
})

test('a flood of junk does not keep a container from its address', async ({ lab }) => {
  const { host, wire, server, daemon } = await startDhcpSegment(lab)
  const flood = await floodClients(lab, wire, 'far0')
  const pod = lab.pod(host)
  const config = macvlan({ ipam: dhcpOf(daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(flood.log.seen(/answered/)).not.toEqual([])
  expect(pod).toHaveAddress('net1', `${leasedAddress(added)}/24`)
  expect([...server.leases().keys()]).toEqual([leasedAddress(added)])
  // What is lost of a release is not said again (RFC 2131, 4.4.6).
  await flood.end('SIGTERM')
  expect(await pod.del(config)).toSucceed()
  await server.logged('DHCPRELEASE', leasedAddress(added))
})
