/** A daemon that is killed forgets nothing. */

import { expect, vi } from 'vitest'
import { type CallOutcome, callPlugin } from '#test/lab/cni-call.ts'
import { type Config, dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { addMacvlan } from '#test/lab/dhcp-network.ts'
import { leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import type { DhcpServer } from '#test/lab/dhcp-server.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

const podCount = 10
const linksPerPod = 10
const leaseCount = podCount * linksPerPod

/** How many calls are under way at once. */
const lanes = 4

const settings = {
  leaseSeconds: 120,
  renewalSeconds: 5,
  rebindingSeconds: 100,
  pool: ['10.220.0.50', '10.220.0.250'],
} as const

/** One of the links, which only wait for addresses. */
interface Place {
  readonly pod: Pod
  readonly ifName: string
}

function preparePlaces(lab: Lab, host: LabNamespace): readonly Place[] {
  return Array.from({ length: podCount }, () => lab.pod(host)).flatMap((pod) => {
    const names = Array.from({ length: linksPerPod }, (_, index) => `net${index}`)
    for (const name of names) addMacvlan(host, pod, name)
    return names.map((ifName) => ({ pod, ifName }))
  })
}

/** The addresses that the dhcp plugin, called directly, gives the places. */
async function acquireAll(places: readonly Place[], config: Config): Promise<readonly string[]> {
  const addresses: string[] = []
  const waiting = [...places]
  const work = async () => {
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      addresses.push(leasedAddress(await acquire(place, config)))
    }
  }
  await Promise.all(Array.from({ length: lanes }, work))
  return addresses.sort()
}

function acquire({ pod, ifName }: Place, config: Config): Promise<CallOutcome> {
  const { runtime, containerId, path: netns } = pod
  const site = { host: runtime.host, path: runtime.path, containerId, netns }
  return callPlugin({ command: 'ADD', plugin: 'dhcp', config, ifName, ...site })
}

function leasesOf(server: DhcpServer): ReadonlyMap<string, string> {
  return new Map([...server.leases()].map(([address, { clientId }]) => [address, clientId]))
}

/** A hundred processes take their time on Node.js. */
const timeout = 180_000

test(`${leaseCount} leases outlive a daemon that is killed`, { timeout }, async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab, { settings })
  const places = preparePlaces(lab, host)
  const addresses = await acquireAll(places, macvlan({ ipam: dhcpOf(daemon) }))
  expect(new Set(addresses).size).toBe(leaseCount)
  // With each renewal dnsmasq writes its file anew, so it may be found half written.
  const before = await vi.waitFor(() => {
    const leases = leasesOf(server)
    expect([...leases.keys()].sort()).toEqual(addresses)
    return leases
  })

  await daemon.kill()
  const later = server.log.fromNow()
  await daemon.start()
  // The first when the daemon takes a lease over, the second when it is time.
  for (const address of addresses) await later.waitFor(server.message('DHCPACK', address), 2)
  expect(later.seen(server.message('DHCPDISCOVER'))).toEqual([])
  expect(later.seen(server.message('DHCPNAK'))).toEqual([])
  expect(later.seen(server.message('DHCPRELEASE'))).toEqual([])
  await vi.waitFor(() => expect(leasesOf(server)).toEqual(before))
})
