import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { hostLocals, IpamNetwork } from '#test/lab/ipam-network.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import { modern, versions } from '#test/lab/reference.ts'
import '#test/lab/matchers.ts'

describe('host-local answers as Go does to', () => {
  const resolvConf = (lab: Lab) => {
    const path = join(lab.folder, 'resolv.conf')
    const text =
      '# a\nnameserver 10.1.1.1 \nnameserver fd00::53\ndomain a.org\nsearch b c\nsearch d\n'
    writeFileSync(path, `${text}options ndots:5 edns0\n; b\nsortlist 1.2.3.4\noptions rotate\n`)
    return path
  }
  const routes = [
    { dst: '0.0.0.0/0' },
    { dst: '10.9.8.7/16', gw: '10.7.0.9' },
    { dst: 'fd00:9::1/64', gw: 'fd00:7::9' },
  ]
  const subnet = '10.7.0.0/24'
  const table: readonly (readonly [string, Config, Config?])[] = [
    ['one subnet', { subnet }],
    ['one subnet with limits', { subnet, rangeStart: '10.7.0.9', rangeEnd: '10.7.0.10' }],
    ['a gateway elsewhere', { subnet, gateway: '10.99.0.1' }],
    ['a gateway in the range', { subnet, gateway: '10.7.0.2', rangeStart: '10.7.0.2' }],
    ['ranges', { ranges: [[{ subnet, gateway: '10.7.0.254' }]] }],
    ['limits at the ends', { ranges: [[{ subnet, rangeStart: '10.7.0.0' }]] }],
    ['IPv6', { ranges: [[{ subnet: 'FD00:7:0::/64', gateway: 'fd00:7::00ff' }]] }],
    ['both families', { subnet, ranges: [[{ subnet: 'fd00:7::/64' }]], routes }],
    ['two ranges in one set', { ranges: [[{ subnet: '10.8.0.0/30' }, { subnet }]] }],
    ['keys in other cases', { SubNet: subnet, RANGESTART: '10.7.0.7', Routes: routes }],
    ['runtime ranges', {}, { runtimeConfig: { ipRanges: [[{ subnet, rangeStart: '10.7.0.5' }]] } }],
    ['requested addresses', { subnet }, { args: { cni: { ips: ['10.7.0.77/8'] } } }],
    ['routes without ranges for them', { subnet, routes }],
  ]

  test.for(table)('%s, in every version', async ([, ipam, keys], { lab }) => {
    const [ours, go] = [new IpamNetwork(lab, ipam, keys), new IpamNetwork(lab, ipam, keys)]
    for (const cniVersion of versions) {
      const options = { keys: { cniVersion } }
      const expected = await go.add(`c-${cniVersion}`, { ...options, by: hostLocals.Go })
      const actual = await ours.add(`c-${cniVersion}`, options)
      const said = `${cniVersion} ${expected.stdout} ${actual.stdout}`
      expect(actual.status, said).toBe(expected.status)
      if (expected.status === 0) expect(actual.result).toEqual(modern(expected.result))
    }
  })

  test.for(versions)('resolvConf at %s', async (cniVersion, { lab }) => {
    const ipam = { subnet, resolvConf: resolvConf(lab) }
    const network = () => new IpamNetwork(lab, ipam, { cniVersion })
    const expected = await network().add('a', { by: hostLocals.Go })
    const { result } = await network().add('a')
    expect(result).toEqual(expected.result)
    expect(result).toMatchObject({ dns: { search: ['b', 'c', 'd'] } })
  })

  test('several sets, from 0.3.0 on', async ({ lab }) => {
    const ipam = { subnet, ranges: [[{ subnet: '10.8.0.0/24' }], [{ subnet: 'fd00:8::/64' }]] }
    for (const cniVersion of versions) {
      const network = () => new IpamNetwork(lab, ipam, { cniVersion })
      const expected = await network().add('a', { by: hostLocals.Go })
      const actual = await network().add('a')
      expect(actual.status).toBe(expected.status)
      if (cniVersion < '0.3.0') expect(actual).toFailWith(7, cniVersion)
      else expect(actual.result).toEqual(modern(expected.result))
    }
  })
})

describe('macvlan answers as Go does to', () => {
  const mac = '02:00:00:00:00:07'
  const table: readonly (readonly [string, (lab: Lab) => Config])[] = [
    ['no ipam', () => ({})],
    ['a hardware address of the runtime', () => ({ runtimeConfig: { mac: '02:00:00:00:00:09' } })],
    ['an mtu', () => ({ mtu: 1400 })],
    ['a mode', () => ({ mode: 'private', ipam: {} })],
    ['an address', (lab) => ({ ipam: hostLocal(lab.dataDir(), '10.7.0.0/24') })],
    [
      'addresses, routes and dns',
      (lab) => ({
        dns: { nameservers: ['10.1.1.1'], domain: 'a.org', search: ['b'], options: ['c'] },
        ipam: hostLocal(lab.dataDir(), '10.7.0.0/24', {
          subnet: '10.8.0.0/24',
          ranges: [[{ subnet: 'fd00:7::/64' }]],
          routes: [{ dst: '10.9.0.0/16' }, { dst: 'fd00:9::/64', gw: 'fd00:7::9' }],
        }),
      }),
    ],
  ]

  test.for(table)('%s, in every version', async ([, keysOf], { lab }) => {
    const host = lab.host()
    lab.cable(host, 'eth0')
    const pod = lab.pod(host)
    // Whether addresses are unique is not the subject, and costs seconds to find out.
    pod.run('sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad')
    for (const cniVersion of versions) {
      const call = async (plugin: string) => {
        const config = macvlan({ cniVersion, mac, ...keysOf(lab) })
        const added = await pod.add(config, { plugin, path: [goPlugins] })
        expect(await pod.del(config)).toSucceed()
        return added
      }
      const [expected, actual] = [await call(`${goPlugins}/macvlan`), await call('macvlan')]
      expect(actual.status, `${expected.stdout} ${actual.stdout}`).toBe(expected.status)
      if (expected.status === 0) expect(actual.result).toEqual(modern(expected.result))
    }
  })
})
