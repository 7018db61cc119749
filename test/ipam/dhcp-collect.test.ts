/** Which leases are given back, which are kept, and what is told of them, from end to end. */

import { expect } from 'vitest'
import type { CallOutcome } from '#test/lab/cni-call.ts'
import { type Config, dhcpOf, macvlan } from '#test/lab/config-builders.ts'
import { type DhcpSegment, leasedAddress, startDhcpSegment } from '#test/lab/dhcp-segment.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** Whom a call is for: the plugin itself, as those that delegate to it call it. */
const directly = { plugin: 'dhcp' }

interface Attached {
  readonly pod: Pod
  readonly added: CallOutcome
  readonly address: string
}

async function attach(pod: Pod, config: Config): Promise<Attached> {
  const added = await pod.add(config)
  expect(added).toSucceed()
  return { pod, added, address: leasedAddress(added) }
}

interface Pair extends DhcpSegment {
  readonly config: Config
  readonly kept: Attached
  readonly stale: Attached
}

/** Two pods with leases of one network. */
async function attachTwo(lab: Lab): Promise<Pair> {
  const segment = await startDhcpSegment(lab)
  const config = macvlan({ ipam: dhcpOf(segment.daemon) })
  const kept = await attach(lab.pod(segment.host), config)
  const stale = await attach(lab.pod(segment.host), config)
  return { ...segment, config, kept, stale }
}

function collect({ config, kept: { pod } }: Pair): Promise<CallOutcome> {
  const valid = [{ containerID: pod.containerId, ifname: 'net1' }]
  return pod.gc({ ...config, 'cni.dev/valid-attachments': valid })
}

/** Passes when the one is given back and the other is still there. */
async function expectCollected({ config, server, kept, stale }: Pair): Promise<void> {
  await server.logged('DHCPRELEASE', stale.address)
  const check = ({ pod, added }: Attached) =>
    pod.call('CHECK', { ...config, prevResult: added.result }, directly)
  expect(await check(kept)).toSucceed()
  expect(await check(stale)).toFailWith(999, `${stale.pod.containerId}/${config.name}/net1`)
  expect(server.log.seen(server.message('DHCPRELEASE', kept.address))).toEqual([])
}

test('GC gives back the lease of an attachment that is gone, and no other', async ({ lab }) => {
  const pair = await attachTwo(lab)
  const other = await attach(lab.pod(pair.host), macvlan({ ipam: dhcpOf(pair.daemon) }))
  expect(await collect(pair)).toSucceed()
  await expectCollected(pair)
  const { server } = pair
  expect(server.log.seen(server.message('DHCPRELEASE', other.address))).toEqual([])
})

test('GC without a daemon succeeds, and the next daemon gives back what it said', async ({
  lab,
}) => {
  const pair = await attachTwo(lab)
  await pair.daemon.kill()
  expect(await collect(pair)).toSucceed()
  await pair.daemon.start()
  await expectCollected(pair)
})

test('CHECK fails for an attachment without a lease', async ({ lab }) => {
  const { host, config, kept } = await attachTwo(lab)
  const stranger = lab.pod(host)
  const checked = { ...config, prevResult: kept.added.result }
  const text = new RegExp(`lease of ${stranger.containerId}/${config.name}/net1.* has none`)
  expect(await stranger.call('CHECK', checked, directly)).toFailWith(999, text)
})

test('CHECK fails when the lease is for another address', async ({ lab }) => {
  const { config, kept, stale } = await attachTwo(lab)
  const checked = { ...config, prevResult: stale.added.result }
  const failed = await kept.pod.call('CHECK', checked, directly)
  expect(failed).toFailWith(999, `lease of net1 is for ${kept.address}/24`)
  expect(failed.error?.details).toContain(`${stale.address}/24`)
})

test('a DEL that is repeated gives the lease back once', async ({ lab }) => {
  const { server, config, kept, stale } = await attachTwo(lab)
  for (const { pod } of [kept, kept, stale]) expect(await pod.del(config)).toSucceed()
  await server.logged('DHCPRELEASE', stale.address)
  expect(server.log.seen(server.message('DHCPRELEASE', kept.address))).toHaveLength(1)
})

test('an ADD that is repeated, even at once, tells the lease that is there', async ({ lab }) => {
  const { server, config, kept } = await attachTwo(lab)
  const again = () => kept.pod.call('ADD', config, directly)
  for (const added of await Promise.all([again(), again()])) {
    expect(added).toSucceed()
    expect(leasedAddress(added)).toBe(kept.address)
  }
  expect(server.log.seen(server.message('DHCPDISCOVER'))).toHaveLength(2)
})

test('pods that come and go at once have addresses of their own', async ({ lab }) => {
  const { host, server, daemon } = await startDhcpSegment(lab)
  // Whoever looks for neighbours with the same address would get another one in the end.
  const config = macvlan({ ipam: dhcpOf(daemon, { conflictProbe: { count: 0 } }) })
  const pods = Array.from({ length: 4 }, () => lab.pod(host))
  const attached = await Promise.all(pods.map((pod) => attach(pod, config)))
  const addresses = attached.map(({ address }) => address)
  expect(new Set(addresses).size).toBe(pods.length)
  for (const { pod, address } of attached) expect(pod).toHaveAddress('net1', `${address}/24`)
  for (const call of await Promise.all(pods.map((pod) => pod.del(config)))) {
    expect(call).toSucceed()
  }
  for (const address of addresses) await server.logged('DHCPRELEASE', address)
})

const versions = [
  ['0.3.1', { version: '4' }],
  ['0.4.0', { version: '4' }],
  ['1.0.0', {}],
  ['1.1.0', {}],
] as const

test.for(versions)(
  'a result is of the version of its configuration, %s',
  async ([cniVersion, form], { lab }) => {
    const { host, daemon } = await startDhcpSegment(lab, { settings: { router: '10.220.0.1' } })
    const config = macvlan({ cniVersion, ipam: dhcpOf(daemon) })
    const { pod, added, address } = await attach(lab.pod(host), config)
    const ip = { ...form, address: `${address}/24`, gateway: '10.220.0.1' }
    const routes = [{ dst: '0.0.0.0/0', gw: '10.220.0.1' }]
    expect(added.result).toMatchObject({ cniVersion, ips: [{ ...ip, interface: 0 }], routes })
    const asked = await pod.call('ADD', config, directly)
    expect(asked.result).toMatchObject({ cniVersion, routes })
    expect(asked.result?.ips).toEqual([ip])
    expect(await pod.del(config)).toSucceed()
  },
)
