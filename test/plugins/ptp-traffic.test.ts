import { describe, expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, hostLocal, ptp } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import { rulesIn } from '#test/lab/ruleset.ts'
import {
  connectUplink,
  everyFamilies,
  type Families,
  familiesOf,
  literally,
  podAddresses,
  podNetworks,
  uplink,
} from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

const defaultRoutes = { 4: { dst: '0.0.0.0/0' }, 6: { dst: '::/0' } } as const

/** A network whose pods send everything to the host. */
function network(lab: Lab, families: Families, keys: Config = {}): Config {
  const ranges = podNetworks[families].map((subnet) => [{ subnet }])
  const routes = familiesOf[families].map((family) => defaultRoutes[family])
  return ptp({ ipam: hostLocal(lab.dataDir(), '', { ranges, routes }), ...keys })
}

const echoFrom = (from: string, to: string) =>
  new RegExp(`: ${literally(from)} > ${literally(to)}: ICMP.* echo request`)

test.for(everyFamilies)(
  'with %s pods reach the host, each other and machines beside it, under their own address',
  async (families, { lab }) => {
    const host = lab.host()
    const far = connectUplink(lab, host)
    const [first, second] = [lab.pod(host), lab.pod(host)]
    const config = network(lab, families)
    const seen = await capture(far, 'far0', 'icmp or icmp6')
    lab.afterwards(() => seen.stop())
    expect(await first.add(config)).toSucceed()
    expect(await second.add(config)).toSucceed()
    for (const family of familiesOf[families]) {
      const own = podAddresses[family]
      expect(first).toReach(own.gateway)
      expect(host).toReach(own.first)
      expect(first).toReach(own.second)
      expect(far).toReach(own.second)
      expect(first).toReach(uplink.far[family])
      await seen.waitFor(echoFrom(own.first, uplink.far[family]))
    }
    expect(await first.del(config)).toSucceed()
    for (const family of familiesOf[families]) expect(second).toReach(podAddresses[family].gateway)
  },
)

test('the host answers the first packet of a pod, as nobody waits for anything any more', async ({
  lab,
}) => {
  const host = lab.host()
  for (let round = 1; round <= 4; round += 1) {
    const pod = lab.pod(host)
    expect(await pod.add(network(lab, 'dual stack'))).toSucceed()
    for (const family of [4, 6] as const) {
      pod.run('ping', '-n', '-c', '1', '-w', '1', podAddresses[family].gateway)
    }
    expect(pod.addresses('net1').some(({ tentative }) => tentative)).toBe(false)
  }
})

describe.for(['nftables', 'iptables'] as const)('ipMasq with %s', (ipMasqBackend) => {
  test('gives packets of a pod to other networks the host’s address, and only those', async ({
    lab,
  }) => {
    const host = lab.host()
    const far = connectUplink(lab, host)
    const [pod, neighbour] = [lab.pod(host), lab.pod(host)]
    const outside = await capture(far, 'far0', 'icmp or icmp6')
    lab.afterwards(() => outside.stop())
    const config = network(lab, 'dual stack', { ipMasq: true, ipMasqBackend })
    expect(await pod.add(config)).toSucceed()
    expect(await neighbour.add(config)).toSucceed()
    const inside = await capture(neighbour, 'net1', 'icmp or icmp6')
    lab.afterwards(() => inside.stop())
    for (const family of [4, 6] as const) {
      const [own, to] = [podAddresses[family], uplink.far[family]]
      expect(pod).toReach(to)
      await outside.waitFor(echoFrom(uplink.host[family], to))
      expect(outside.seen(echoFrom(own.first, to))).toEqual([])
      expect(pod).toReach(own.second)
      await inside.waitFor(echoFrom(own.first, own.second))
    }
    expect(await pod.del(config)).toSucceed()
    for (const family of [4, 6] as const) expect(neighbour).toReach(uplink.far[family])
    expect(await neighbour.del(config)).toSucceed()
    expect(rulesIn(host).filter((rule) => rule.includes(neighbour.containerId))).toEqual([])
  })
})
