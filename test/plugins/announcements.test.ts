/** What neighbours hear of a new interface, on the wire. */

import { describe, expect } from 'vitest'
import { type Capture, capture, captureTimeMs } from '#test/lab/capture.ts'
import { bridge, type Config, hostLocalOf, macvlan } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import { podNetworks } from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

const mac = '02:00:00:00:00:07'
const listener = '10.1.2.77'
const gratuitous = new RegExp(
  `${mac} > ff:ff:ff:ff:ff:ff, .*Request who-has 10\\.1\\.2\\.2 .*tell 10\\.1\\.2\\.2,`,
)
const unsolicited = new RegExp(`${mac} > 33:33.*neighbor advertisement, tgt is fd00:5::2,`)
/** What a pod asks by itself when it has something to say. */
const question = new RegExp(`${mac} > .*who-has ${listener.replaceAll('.', '\\.')} `)

type Type = 'bridge' | 'macvlan'

interface Scene {
  readonly pod: Pod
  readonly config: Config
  /** What another machine on the wire sees. */
  readonly seen: Capture
}

/** The machine that listens: at another port of the bridge, or at the cable of the master. */
function listenerOf(type: Type, lab: Lab, host: LabNamespace): LabNamespace {
  const far = lab.cable(host, 'eth0')
  if (type === 'bridge') {
    host.ip('link', 'add', 'br0', 'up', 'type', 'bridge')
    host.ip('link', 'set', 'eth0', 'master', 'br0')
  }
  far.ip('address', 'add', `${listener}/24`, 'dev', 'far0')
  return far
}

async function listen(type: Type, lab: Lab, announce: Config): Promise<Scene> {
  const host = lab.host()
  const seen = await capture(listenerOf(type, lab, host), 'far0', 'arp or icmp6')
  lab.afterwards(() => seen.stop())
  const ipam = hostLocalOf(lab.dataDir(), ...podNetworks['dual stack'])
  const keys = { ipam, announce, runtimeConfig: { mac } }
  return { pod: lab.pod(host), config: type === 'bridge' ? bridge(keys) : macvlan(keys), seen }
}

/** Has the pod ask something. All that it said before is seen when this returns. */
async function hearQuestion(pod: Pod, seen: Capture): Promise<void> {
  expect(pod).toReach(listener)
  await seen.waitFor(question)
}

describe.for(['bridge', 'macvlan'] as const)('%s', (type) => {
  test('tells the neighbours of both families where the addresses are', async ({ lab }) => {
    const { pod, config, seen } = await listen(type, lab, {})
    expect(await pod.add(config)).toSucceed()
    await seen.waitFor(gratuitous)
    await seen.waitFor(unsolicited)
  })

  test('tells them three times, an interval apart', async ({ lab }) => {
    const { pod, config, seen } = await listen(type, lab, { count: 3, intervalMs: 200 })
    expect(await pod.add(config)).toSucceed()
    await hearQuestion(pod, seen)
    for (const announcement of [gratuitous, unsolicited]) {
      const times = seen.seen(announcement).map(captureTimeMs)
      // The kernel's own first one gets through where the port happens to be ready.
      expect([3, 4], `${announcement} at ${times}`).toContain(times.length)
      expect(Number(times.at(-1)) - Number(times.at(-2))).toBeGreaterThan(190)
    }
  })

  test('says nothing when it is not to, nor does the kernel', async ({ lab }) => {
    const { pod, config, seen } = await listen(type, lab, { count: 0 })
    expect(await pod.add(config)).toSucceed()
    await hearQuestion(pod, seen)
    expect(seen.seen(gratuitous)).toEqual([])
    expect(seen.seen(unsolicited)).toEqual([])
    for (const setting of ['ipv4/conf/net1/arp_notify', 'ipv6/conf/net1/ndisc_notify']) {
      expect(pod.sysctl(`net/${setting}`)).toBe('0')
    }
  })
})
