import { describe, expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** A pod on a host with the cable `eth0`. */
function podOn(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'eth0')
  return lab.pod(host)
}

describe('ADD', () => {
  test.for(['bridge', 'private', 'vepa', 'passthru'])(
    'makes a link of mode %s',
    async (mode, { lab }) => {
      const pod = podOn(lab)
      expect(await pod.add(macvlan({ mode }))).toSucceed()
      expect(pod).toHaveLink('net1', { kind: 'macvlan', mode })
    },
  )

  test('makes a link of the name its master has', async ({ lab }) => {
    const pod = podOn(lab)
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
    const added = await pod.add(macvlan({ ipam }), { ifName: 'eth0' })
    expect(added).toSucceed()
    expect(pod).toHaveOnlyLinks('eth0')
    expect(pod).toHaveAddress('eth0', '10.1.2.2/24')
    expect(pod.runtime.host).toHaveOnlyLinks('eth0')
  })

  test('tells the link, its address, mtu and sandbox', async ({ lab }) => {
    const pod = podOn(lab)
    const dns = { nameservers: ['10.1.2.53'], domain: 'example.org' }
    const routes = [{ dst: '10.9.0.0/16', priority: 7, mtu: 1300, advmss: 1200, table: 77 }]
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24', { routes })
    const added = await pod.add(macvlan({ mtu: 1400, dns, ipam }))
    const mac = pod.findLink('net1')?.address
    expect(added.result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [{ name: 'net1', mac, mtu: 1400, sandbox: pod.path }],
      ips: [{ address: '10.1.2.2/24', gateway: '10.1.2.1', interface: 0 }],
      routes,
      dns,
    })
    expect(pod).toHaveLink('net1', { mtu: 1400 })
    expect(pod.routes(4, '77')).toMatchObject([
      {
        dst: '10.9.0.0/16',
        gateway: '10.1.2.1',
        metric: 7,
        metrics: [{ mtu: 1300, advmss: 1200 }],
      },
    ])
  })

  test('takes the hardware address of runtimeConfig before CNI_ARGS before mac', async ({
    lab,
  }) => {
    const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as const
    const pod = podOn(lab)
    const args = `IgnoreUnknown=1;K8S_POD_NAME=a;MAC=${macs[1]}`
    const runtimeConfig = { mac: macs[2] }
    const calls: [Config, string, string][] = [
      [{ mac: macs[0] }, '', macs[0]],
      [{ mac: macs[0] }, args, macs[1]],
      [{ mac: macs[0], runtimeConfig }, args, macs[2]],
    ]
    for (const [keys, given, mac] of calls) {
      const config = macvlan(keys)
      expect(await pod.add(config, { args: given })).toSucceed()
      expect(pod).toHaveLink('net1', { mac })
      expect(await pod.del(config)).toSucceed()
    }
  })

  test('sets the length of the broadcast queue', async ({ lab }) => {
    const pod = podOn(lab)
    expect(await pod.add(macvlan({ bcqueuelen: 4321 }))).toSucceed()
    expect(pod.findLink('net1')?.linkinfo?.info_data).toMatchObject({ bcqueuelen: 4321 })
  })

  test('builds on the link of the default route when there is no master', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    lab.cable(host, 'eth1')
    for (const [link, metric] of [
      ['eth0', '200'],
      ['eth1', '100'],
    ] as const) {
      host.ip('address', 'add', `10.${metric}.0.2/24`, 'dev', link)
      host.ip('route', 'add', 'default', 'via', `10.${metric}.0.1`, 'metric', metric)
    }
    expect(await pod.add(macvlan({ master: undefined }))).toSucceed()
    expect(pod.findLink('net1')?.link_index).toBe(host.findLink('eth1')?.ifindex)
  })

  test('builds on a link of the container when told to', async ({ lab }) => {
    const pod = podOn(lab)
    lab.cable(pod, 'inner')
    const config = macvlan({ master: 'inner', linkInContainer: true })
    const added = await pod.add(config)
    expect(added).toSucceed()
    expect(pod.findLink('net1')?.link).toBe('inner')
    expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
    expect(await pod.add(macvlan({ master: 'inner' }), { ifName: 'net2' })).toFailWith(7, 'inner')
  })

  test('returns when an IPv6 address with a gateway is known as unique', async ({ lab }) => {
    const pod = podOn(lab)
    const ipam = hostLocal(lab.dataDir(), 'fd00:5::/64')
    expect(await pod.add(macvlan({ ipam }))).toSucceed()
    expect(pod).toHaveAddress('net1', 'fd00:5::2/64')
    expect(pod.addresses('net1').some((address) => address.tentative)).toBe(false)
    expect(pod.sysctl('net/ipv6/conf/net1/keep_addr_on_down')).toBe('1')
  })

  test('fails when another machine has the IPv6 address, and gives it back', async ({ lab }) => {
    const host = lab.host()
    const far = lab.cable(host, 'eth0')
    far.ip('address', 'add', 'fd00:5::2/64', 'dev', 'far0', 'nodad')
    const pod = lab.pod(host)
    const config = macvlan({ ipam: hostLocal(lab.dataDir(), 'fd00:5::/64') })
    expect(await pod.add(config)).toFailWith(999, 'fd00:5::2')
    expect(pod).toHaveOnlyLinks()
    expect(lab.takenAddresses(config.name)).toEqual([])
  })

  test('tells the neighbours of both families', async ({ lab }) => {
    const host = lab.host()
    const far = lab.cable(host, 'eth0')
    const pod = lab.pod(host)
    const seen = await capture(far, 'far0', 'arp or icmp6')
    lab.afterwards(() => seen.stop())
    const ranges = [[{ subnet: '10.1.2.0/24' }], [{ subnet: 'fd00:5::/64' }]]
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24', { ranges })
    expect(await pod.add(macvlan({ mac: '02:00:00:00:00:07', ipam }))).toSucceed()
    await seen.waitFor(
      /02:00:00:00:00:07 > ff:ff:ff:ff:ff:ff.*Request who-has 10\.1\.2\.2 .*tell 10\.1\.2\.2/,
    )
    await seen.waitFor(/02:00:00:00:00:07 > 33:33.*neighbor advertisement, tgt is fd00:5::2/)
  })

  test('pods on one master reach each other', async ({ lab }) => {
    const first = podOn(lab)
    const second = lab.pod(first.runtime.host)
    const config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
    expect(await first.add(config)).toSucceed()
    expect(await second.add(config)).toSucceed()
    expect(first).toReach('10.1.2.3')
  })
})

describe('DEL', () => {
  test('needs neither master nor valid keys', async ({ lab }) => {
    const pod = podOn(lab)
    const config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
    expect(await pod.add(config)).toSucceed()
    const broken = { ...config, master: 'gone', mode: 'strange', mtu: 'large' }
    expect(await pod.del(broken, { args: 'rubbish' })).toSucceed()
    expect(pod).toHaveOnlyLinks()
    expect(lab.takenAddresses(config.name)).toEqual([])
  })

  test('removes the link even when the IPAM plugin fails, and says so', async ({ lab }) => {
    const pod = podOn(lab)
    expect(await pod.add(macvlan())).toSucceed()
    lab.executable('bin/broken', `echo '{"code":11,"msg":"later"}'; exit 1`)
    expect(await pod.del(macvlan({ ipam: { type: 'broken' } }))).toFailWith(11, 'later')
    expect(pod).toHaveOnlyLinks()
  })
})

describe('CHECK', () => {
  const broken: [string, (pod: Pod) => void, RegExp][] = [
    ['the link is gone', (pod) => pod.ip('link', 'delete', 'net1'), /macvlan.*none/],
    ['an address is gone', (pod) => pod.ip('address', 'flush', 'dev', 'net1'), /10\.1\.2\.2\/24/],
    ['a route is gone', (pod) => pod.ip('route', 'delete', '10.9.0.0/16'), /10\.9\.0\.0\/16/],
    [
      'a route goes elsewhere',
      (pod) => pod.ip('route', 'replace', '10.9.0.0/16', 'via', '10.1.2.77'),
      /10\.9\.0\.0\/16/,
    ],
    [
      'the hardware address is another',
      (pod) => pod.ip('link', 'set', 'net1', 'address', '02:00:00:00:00:99'),
      /02:00:00:00:00:99/,
    ],
    [
      'the mode is another',
      (pod) => pod.ip('link', 'set', 'net1', 'type', 'macvlan', 'mode', 'private'),
      /bridge.*private/,
    ],
  ]

  test.for(broken)('says so when %s', async ([, breakIt, text], { lab }) => {
    const pod = podOn(lab)
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24', { routes: [{ dst: '10.9.0.0/16' }] })
    const config = macvlan({ ipam })
    const { result: prevResult } = await pod.add(config)
    expect(await pod.check({ ...config, prevResult })).toSucceed()
    breakIt(pod)
    expect(await pod.check({ ...config, prevResult })).toFailWith(999, text)
  })

  test('asks for the result of ADD', async ({ lab }) => {
    const pod = podOn(lab)
    expect(await pod.add(macvlan())).toSucceed()
    expect(await pod.check(macvlan())).toFailWith(7, 'prevResult')
  })
})

describe('STATUS', () => {
  test('is ready with a master that is up', async ({ lab }) => {
    expect(await podOn(lab).status(macvlan())).toSucceed()
  })

  test.for([
    ['the master is gone', { master: 'eth9' }, 51, 'eth9'],
    ['the mtu does not fit', { mtu: 9000 }, 50, '9000'],
  ] as const)('is not ready when %s', async ([, keys, code, text], { lab }) => {
    expect(await podOn(lab).status(macvlan(keys))).toFailWith(code, text)
  })

  test('is not ready when the master is down', async ({ lab }) => {
    const pod = podOn(lab)
    pod.runtime.host.ip('link', 'set', 'eth0', 'down')
    expect(await pod.status(macvlan())).toFailWith(51, 'down')
  })
})
