/** A lease is kept as long as anybody lets us. */

import { expect, vi } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { type DhcpSegment, leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import type { DhcpServerKind, DhcpServerSettings } from '#test/lab/dhcp-server.ts'
import { dnsmasq } from '#test/lab/dnsmasq.ts'
import { iscDhcpd } from '#test/lab/isc-dhcpd.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** As short as servers give leases, and renewed as soon. */
const shortLeases: Readonly<Record<string, Partial<DhcpServerSettings>>> = {
  [dnsmasq.name]: { leaseSeconds: 120, renewalSeconds: 2, rebindingSeconds: 3 },
  [iscDhcpd.name]: { leaseSeconds: 6, renewalSeconds: 2, rebindingSeconds: 4 },
}

const patience = { timeout: 30_000 }

interface Leaseholder extends DhcpSegment {
  readonly pod: Pod
  readonly config: Config
  readonly address: string
}

/** A pod with a short lease. */
async function lease(lab: Lab, kind: DhcpServerKind): Promise<Leaseholder> {
  const segment = await startDhcpSegment(lab, { kind, settings: shortLeases[kind.name] ?? {} })
  const pod = lab.pod(segment.host)
  const config = macvlan({ ipam: dhcpOf(segment.daemon) })
  const added = await pod.add(config)
  expect(added).toSucceed()
  return { ...segment, pod, config, address: leasedAddress(added) }
}

for (const kind of [dnsmasq, iscDhcpd]) {
  test(`a short lease of ${kind.name} is renewed again and again`, async ({ lab }) => {
    const { server, pod, address } = await lease(lab, kind)
    await server.logged('DHCPACK', address, 3)
    expect(server.log.seen(server.message('DHCPDISCOVER'))).toHaveLength(1)
    expect(pod.addressTexts('net1')).toEqual([`${address}/24`])
    expect(pod).toHaveLink('net1', { isUp: true })
  })

  test(`a lease outlives a restart of ${kind.name}`, async ({ lab }) => {
    const { server, pod, address } = await lease(lab, kind)
    const later = server.log.fromNow()
    await server.restart()
    await later.waitFor(server.message('DHCPACK', address))
    expect(pod.addressTexts('net1')).toEqual([`${address}/24`])
  })
}

test('a lease moves to a server at another address', async ({ lab }) => {
  const { server, pod, address } = await lease(lab, dnsmasq)
  const later = server.log.fromNow()
  await server.restart({ address: '10.220.0.2' })
  await later.waitFor(server.message('DHCPACK', address))
  expect(later.seen(server.message('DHCPNAK'))).toEqual([])
  expect(pod.addressTexts('net1')).toEqual([`${address}/24`])
})

test('a server that refuses to renew has given another address, which the interface gets', async ({
  lab,
}) => {
  const { server, pod, address } = await lease(lab, dnsmasq)
  await server.stop()
  server.forget()
  await server.restart({ pool: ['10.220.0.200', '10.220.0.200'] })
  await server.logged('DHCPNAK', address)
  await server.logged('DHCPACK', '10.220.0.200')
  await vi.waitFor(() => {
    expect(pod.addressTexts('net1')).toEqual(['10.220.0.200/24'])
  }, patience)
  expect(pod).toReach(server.settings.address)
})

test('a lease outlives a time in which the server is silent', async ({ lab }) => {
  const { server, wire, pod, address } = await lease(lab, dnsmasq)
  server.silence()
  const requests = await capture(wire, 'far0', 'udp dst port 67')
  await requests.waitFor(/\.68 > /)
  requests.stop()
  const later = server.log.fromNow()
  server.speak()
  await later.waitFor(server.message('DHCPACK', address))
  expect(pod.addressTexts('net1')).toEqual([`${address}/24`])
})

test('an interface whose lease is over goes down', async ({ lab }) => {
  const { server, pod } = await lease(lab, iscDhcpd)
  await server.stop()
  await vi.waitFor(() => expect(pod).toHaveLink('net1', { isUp: false }), patience)
})
