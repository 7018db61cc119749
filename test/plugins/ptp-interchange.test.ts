import { rmSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { type Config, hostLocal, ptp } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { calling, directions, eachDirection, type Side } from '#test/lab/reference.ts'
import { rulesetText, rulesIn } from '#test/lab/ruleset.ts'
import '#test/lab/matchers.ts'

interface Attachment {
  readonly subnets: readonly string[]
  readonly routes: readonly Config[]
  readonly keys: Config
}

const masquerading = { ipMasq: true, ipMasqBackend: 'iptables' }
const ipv4 = {
  subnets: ['10.7.0.0/24'],
  // CHECK of Go 1.1.1 does not find a route that has its gateway from the address, not even its own.
  routes: [{ dst: '0.0.0.0/0', gw: '10.7.0.1' }],
}
const bothFamilies = {
  subnets: ['10.7.0.0/24', 'fd00:7::/64'],
  routes: [...ipv4.routes, { dst: '::/0', gw: 'fd00:7::1' }],
}

const attachments: Record<string, Attachment> = {
  'with an address': { ...ipv4, keys: {} },
  'that is masqueraded': { ...ipv4, keys: { ...masquerading, mtu: 1400 } },
  'of both families that is masqueraded': { ...bothFamilies, keys: masquerading },
}

const masqueraded = Object.entries(attachments).filter(([, { keys }]) => 'ipMasq' in keys)

function configOf(lab: Lab, { subnets, routes, keys }: Attachment, more: Config = {}): Config {
  const ranges = subnets.map((subnet) => [{ subnet }])
  const ipam = hostLocal(lab.dataDir(), '', { ranges, routes })
  return ptp({ cniVersion: '1.0.0', ipam, ...keys, ...more })
}

const by = (lab: Lab, side: Side) => calling(lab, side, 'ptp')

describe('an attachment', () => {
  test.for(eachDirection(Object.entries(attachments)))(
    'by %s %s is checked and deleted by %s',
    async ([first, , second, attachment], { lab }) => {
      const host = lab.host()
      const pod = lab.pod(host)
      const sides = [by(lab, first), by(lab, second)] as const
      const config = configOf(lab, attachment)
      const added = await pod.add(config, sides[0])
      expect(added).toSucceed()
      const withResult = { ...config, prevResult: added.result }
      for (const side of sides) expect(await pod.check(withResult, side)).toSucceed()
      expect(await pod.del(withResult, sides[1])).toSucceed()
      expect(pod).toHaveOnlyLinks()
      expect(host).toHaveOnlyLinks()
      expect(rulesIn(host)).toEqual([])
      expect(lab.takenAddresses(config.name)).toEqual([])
      for (const side of sides) expect(await pod.check(withResult, side)).toFailWith(999, /./)
      expect(await pod.del(withResult, sides[0])).toSucceed()
    },
  )

  test.for(masqueraded)(
    'by Go %s is deleted by ours without a sandbox',
    async ([, one], { lab }) => {
      const host = lab.host()
      const pod = lab.pod(host)
      const config = configOf(lab, one)
      expect(await pod.add(config, by(lab, 'Go'))).toSucceed()
      pod.ip('link', 'delete', 'net1')
      expect(await pod.del(config, { ...by(lab, 'ours'), netns: '' })).toSucceed()
      expect(rulesIn(host)).toEqual([])
      expect(lab.takenAddresses(config.name)).toEqual([])
    },
  )

  test('has the same rules, addresses and routes by both', async ({ lab }) => {
    const state = async (side: Side) => {
      const host = lab.host()
      const pod = lab.pod(host)
      const attachment = { ...bothFamilies, keys: masquerading }
      const call = { ...by(lab, side), containerId: 'same' }
      expect(await pod.add(configOf(lab, attachment, { name: 'both' }), call)).toSucceed()
      rmSync(lab.dataDir(), { recursive: true, force: true })
      return { rules: rulesetText(host), host: placement(host), pod: placement(pod) }
    }
    const expected = await state('Go')
    expect(expected.rules).toContain('same')
    expect(await state('ours')).toEqual(expected)
  })
})

/** Addresses and routes of a namespace but those that every link has of its own. */
function placement(space: LabNamespace): unknown {
  const anyName = (name = '') => name.replace(/^veth[0-9a-f]{8}$/, 'veth')
  const routes = ([4, 6] as const).flatMap((family) => space.routes(family))
  return {
    addresses: space.linkNames().flatMap((name) => space.addressTexts(name)),
    routes: routes
      .filter(({ dst }) => dst !== 'fe80::/64')
      .map((route) => ({ ...route, dev: anyName(route.dev) })),
    forwards: ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'].map((key) =>
      space.sysctl(key),
    ),
  }
}

test.for(directions)('a pod of %s reaches one of %s', async ([first, second], { lab }) => {
  const host = lab.host()
  const config = configOf(lab, { ...ipv4, keys: {} })
  const [one, other] = [lab.pod(host), lab.pod(host)]
  expect(await one.add(config, by(lab, first))).toSucceed()
  expect(await other.add(config, by(lab, second))).toSucceed()
  expect(one).toReach('10.7.0.3')
  expect(await one.del(config, by(lab, second))).toSucceed()
  expect(other).toReach('10.7.0.1')
})
