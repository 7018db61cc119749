import { describe, expect } from 'vitest'
import { type Config, hostLocal, tap } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { Pod } from '#test/lab/pod.ts'
import { awaitReady } from '#test/lab/ready.ts'
import { type TapUser, useTap } from '#test/lab/tap-user.ts'
import '#test/lab/matchers.ts'

const mac = '02:00:00:00:00:11'
const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03'] as const

/** RFC 826: who has 10.1.2.2? Tell 10.1.2.9. */
const question =
  'ffffffffffff 020000000099 0806 0001 0800 06 04 0001' +
  '020000000099 0a010209 000000000000 0a010202'
const answer =
  /^020000000099020000000011080600010800060400020200000000110a0102020200000000990a010209/

/** RFC 4861 §4.4, from fd00:5::2 to all nodes. */
const advertisement = /^333300000001.{12}86dd6.{7}.{4}3afffd000005.{20}0002ff02.{26}018800/

function newPod(lab: Lab): Pod {
  return lab.pod(lab.host())
}

function use(lab: Lab, pod: Pod, user?: number): TapUser {
  const program = useTap(pod, 'net1', user)
  lab.afterwards(() => program.stop())
  return program
}

const dataOf = (pod: Pod) => pod.findLink('net1')?.linkinfo?.info_data

describe('ADD', () => {
  test('makes a tap with all that is configured, and tells of it', async ({ lab }) => {
    const pod = newPod(lab)
    const keys = { multiQueue: true, owner: 107, group: 36, mtu: 1400, mac: macs[0] }
    const config = tap({ ...keys, runtimeConfig: { mac } })
    const added = await pod.add(config, { args: `IgnoreUnknown=1;MAC=${macs[1]}` })
    expect(added.result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [{ name: 'net1', mac, mtu: 1400, sandbox: pod.path }],
    })
    expect(pod).toHaveLink('net1', { kind: 'tun', mac, mtu: 1400, isUp: true })
    expect(dataOf(pod)).toMatchObject({
      type: 'tap',
      multi_queue: true,
      persist: true,
      user: 107,
      group: 36,
    })
    expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
  })

  test('makes what ip makes where nothing is configured', async ({ lab }) => {
    const pod = newPod(lab)
    pod.ip('tuntap', 'add', 'dev', 'other', 'mode', 'tap')
    expect(await pod.add(tap())).toSucceed()
    expect(dataOf(pod)).toEqual(pod.findLink('other')?.linkinfo?.info_data)
  })

  test('waits for nobody to open the tap, whom the kernel tells the addresses', async ({ lab }) => {
    const pod = newPod(lab)
    const ranges = [[{ subnet: '10.1.2.0/24' }], [{ subnet: 'fd00:5::/64' }]]
    const ipam = hostLocal(lab.dataDir(), '', { ranges })
    expect(await pod.add(tap({ ipam }))).toSucceed()
    expect(pod.sysctl('net/ipv4/conf/net1/arp_notify')).toBe('1')
    expect(pod.sysctl('net/ipv6/conf/net1/ndisc_notify')).toBe('1')
    expect(pod.findLink('net1')?.flags).toContain('NO-CARRIER')
    const unsettled = pod.addresses('net1').filter(({ tentative }) => tentative === true)
    expect(unsettled).toMatchObject([{ local: 'fd00:5::2' }])
    await use(lab, pod).waitFor(advertisement)
  })

  test('connects a program of the pod with the pod', async ({ lab }) => {
    const pod = newPod(lab)
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
    expect(await pod.add(tap({ mac, ipam }))).toSucceed()
    const program = use(lab, pod, 4242)
    await program.waitFor(/open/)
    await awaitReady(pod, 'net1')
    program.give(question)
    await program.waitFor(answer)
  })

  test('lets nobody open the tap but its owner', async ({ lab }) => {
    const pod = newPod(lab)
    expect(await pod.add(tap({ owner: 107 }))).toSucceed()
    await use(lab, pod, 4242).waitFor(/PermissionError/)
    await use(lab, pod, 107).waitFor(/open/)
  })

  test('makes the tap a port of a bridge of the pod', async ({ lab }) => {
    const pod = newPod(lab)
    pod.ip('link', 'add', 'br0', 'type', 'bridge')
    const config = tap({ bridge: 'br0' })
    const { result: prevResult } = await pod.add(config)
    expect(pod.findLink('net1')).toMatchObject({ master: 'br0' })
    expect(await pod.check({ ...config, prevResult })).toSucceed()
    pod.ip('link', 'set', 'net1', 'nomaster')
    expect(await pod.check({ ...config, prevResult })).toFailWith(999, /bridge: .*br0.*none/)
  })

  const refused: [string, Config, number, RegExp][] = [
    ['a bridge that is not there', { bridge: 'br0' }, 7, /^bridge: .*"br0", which does not exist/],
    ['a bridge that is none', { bridge: 'lo' }, 7, /^bridge: .*"lo", a link of kind hardware/],
    ['a user that is none', { owner: -1 }, 7, /^owner: .*found -1/],
    ['an mtu that the kernel refuses', { mtu: 65_535 }, 999, /net1.*mtu greater than.*maximum/],
    [
      'a label without SELinux',
      { selinuxContext: 'system_u:system_r:a_t:s0' },
      7,
      /^selinuxContext: .*SELinux.*"system_u:system_r:a_t:s0"/,
    ],
  ]

  test.for(refused)('refuses %s and leaves nothing', async ([, keys, code, text], { lab }) => {
    const pod = newPod(lab)
    expect(await pod.add(tap(keys))).toFailWith(code, text)
    expect(pod).toHaveOnlyLinks()
    expect(pod.runtime.host).toHaveOnlyLinks()
  })

  test('takes no tap over that has the name already', async ({ lab }) => {
    const pod = newPod(lab)
    pod.ip('tuntap', 'add', 'dev', 'net1', 'mode', 'tap', 'user', '7')
    const before = pod.findLink('net1')
    expect(await pod.add(tap({ owner: 107, mac }))).toFailWith(999, 'the name is taken')
    expect(pod.findLink('net1')).toEqual(before)
  })
})

describe('DEL', () => {
  // With both it makes the tap itself, else `ip` does.
  const made: [string, readonly string[], Config][] = [
    ['a user', ['user', '107'], { owner: 107 }],
    [
      'a user and a group',
      ['user', '107', 'group', '36', 'pi', 'vnet_hdr'],
      { owner: 107, group: 36 },
    ],
  ]

  test.for(made)(
    'removes a tap as the reference plugin makes it for %s',
    async ([, options, keys], { lab }) => {
      const pod = newPod(lab)
      pod.ip('tuntap', 'add', 'dev', 'net1', 'mode', 'tap', ...options)
      const interfaces = [{ name: 'net1', mac: pod.findLink('net1')?.address, sandbox: pod.path }]
      const prevResult = { cniVersion: '1.1.0', interfaces }
      const config = tap({ ...keys, prevResult })
      expect(await pod.check(config)).toSucceed()
      expect(await pod.del(config)).toSucceed()
      expect(pod).toHaveOnlyLinks()
    },
  )

  test('leaves a tun alone', async ({ lab }) => {
    const pod = newPod(lab)
    pod.ip('tuntap', 'add', 'dev', 'net1', 'mode', 'tun')
    expect(await pod.del(tap())).toSucceed()
    expect(pod).toHaveLink('net1', { kind: 'tun' })
  })

  test('leaves a tap alone that a program has for itself', async ({ lab }) => {
    const pod = newPod(lab)
    await use(lab, pod).waitFor(/open/)
    expect(await pod.del(tap())).toSucceed()
    expect(pod).toHaveLink('net1', { kind: 'tun' })
  })

  test('removes a tap that a program holds', async ({ lab }) => {
    const pod = newPod(lab)
    expect(await pod.add(tap())).toSucceed()
    await use(lab, pod).waitFor(/open/)
    expect(await pod.del(tap({ owner: 'nobody', mtu: -1 }), { args: 'rubbish' })).toSucceed()
    expect(pod).toHaveOnlyLinks()
  })
})

test('CHECK says all that is different of a tap that somebody else made', async ({ lab }) => {
  const pod = newPod(lab)
  const config = tap({ owner: 107, multiQueue: true, mac })
  const { result: prevResult } = await pod.add(config)
  pod.ip('link', 'delete', 'net1')
  const check = () => pod.check({ ...config, prevResult })
  expect(await check()).toFailWith(999, 'link: expected tun, found none')
  pod.ip('tuntap', 'add', 'dev', 'net1', 'mode', 'tap', 'group', '36')
  const differences = /queues: .*several.*one; owner: .*107.*none; group: .*none.*36; mac: .*:11/
  expect(await check()).toFailWith(999, differences)
})

describe('STATUS', () => {
  test('is ready where taps can be made', async ({ lab }) => {
    expect(await newPod(lab).status(tap())).toSucceed()
  })

  test('is not ready without their driver, without which ADD says what it needs', async ({
    lab,
  }) => {
    const script = 'mount -t tmpfs none /dev/net && exec "$@"'
    const under = ['unshare', '--mount', 'sh', '-c', script, 'sh']
    const pod = newPod(lab)
    expect(await pod.status(tap(), { under })).toFailWith(50, '/dev/net/tun')
    expect(await pod.add(tap(), { under })).toFailWith(999, /open \/dev\/net\/tun.*module tun/)
    expect(pod).toHaveOnlyLinks()
  })

  test('is not ready when no program can have the label', async ({ lab }) => {
    expect(await newPod(lab).status(tap({ selinuxContext: 'a:b:c' }))).toFailWith(7, '"a:b:c"')
  })
})
