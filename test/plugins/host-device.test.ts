import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { capture } from '#test/lab/capture.ts'
import { type Config, hostDevice, hostLocal } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import { mounted } from '#test/lab/mounted.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** A pod on a host with the cable `ens8`. */
function podOn(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'ens8')
  return lab.pod(host)
}

const configOf = (lab: Lab, more: Config = {}) => hostDevice(lab.deviceDir(), more)

/** What has to be the same afterwards. */
function portrait(host: LabNamespace, name: string) {
  const { ifalias, address, mtu, flags, master } = host.findLink(name) ?? {}
  const isUp = flags?.includes('UP')
  return { ifalias, address, mtu, isUp, master, addresses: host.addressTexts(name) }
}

const recordsOf = (lab: Lab) => readdirSync(lab.deviceDir()).filter((name) => name !== 'lock')

describe('a device', () => {
  test('comes back as it was, whatever was done to it', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    host.ip('link', 'add', 'br0', 'type', 'bridge')
    host.ip('link', 'set', 'ens8', 'master', 'br0', 'mtu', '1400', 'alias', 'my uplink')
    host.ip('address', 'add', '10.9.9.1/24', 'broadcast', '+', 'dev', 'ens8')
    host.ip('address', 'add', '10.9.9.2/24', 'dev', 'ens8')
    host.ip('address', 'add', 'fd00:9::1/64', 'dev', 'ens8')
    const before = portrait(host, 'ens8')
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
    const config = configOf(lab, { ipam })
    const added = await pod.add(config)
    expect(added.result).toEqual({
      cniVersion: '1.1.0',
      interfaces: [{ name: 'net1', mac: before.address, mtu: 1400, sandbox: pod.path }],
      ips: [{ address: '10.1.2.2/24', gateway: '10.1.2.1', interface: 0 }],
    })
    expect(pod).toHaveOnlyLinks('net1')
    expect(pod).toHaveLink('net1', { kind: 'veth', isUp: true })
    expect(pod.findLink('net1')?.ifalias).toBe('ens8')
    expect(host).toHaveOnlyLinks('br0')
    expect(recordsOf(lab)).toEqual(['ens8.json'])
    pod.ip('link', 'set', 'net1', 'mtu', '1300', 'address', '02:00:00:00:00:77')
    expect(await pod.del(config)).toSucceed()
    expect(portrait(host, 'ens8')).toEqual(before)
    expect(host.routes(4).map(({ dst }) => dst)).toEqual(['10.9.9.0/24'])
    expect(recordsOf(lab)).toEqual([])
    expect(await pod.del(config)).toSucceed()
    expect(portrait(host, 'ens8')).toEqual(before)
  })

  test('that is down stays down, and needs no state of its own', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    host.ip('link', 'set', 'ens8', 'down')
    host.ip('link', 'add', 'mac0', 'link', 'ens8', 'type', 'macvlan', 'mode', 'bridge')
    const before = portrait(host, 'mac0')
    const addresses = [{ address: '10.1.2.20/24', gateway: '10.1.2.1' }]
    const config = configOf(lab, { device: 'mac0', ipam: { type: 'static', addresses } })
    const added = await pod.add(config)
    expect(added).toSucceed()
    expect(pod).toHaveLink('net1', { kind: 'macvlan', isUp: true })
    expect(pod).toHaveAddress('net1', '10.1.2.20/24')
    expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
    expect(await pod.del(config)).toSucceed()
    expect(portrait(host, 'mac0')).toEqual(before)
  })

  test('reaches its wire, and tells it so', async ({ lab }) => {
    const host = lab.host()
    const far = lab.cable(host, 'ens8')
    far.ip('address', 'add', '10.1.2.77/24', 'dev', 'far0')
    const seen = await capture(far, 'far0', 'arp or icmp6')
    lab.afterwards(() => seen.stop())
    const pod = lab.pod(host)
    const ranges = [[{ subnet: '10.1.2.0/24' }], [{ subnet: 'fd00:5::/64' }]]
    const ipam = hostLocal(lab.dataDir(), '', { ranges })
    expect(await pod.add(configOf(lab, { ipam }))).toSucceed()
    await seen.waitFor(/Request who-has 10\.1\.2\.2 .*tell 10\.1\.2\.2/)
    await seen.waitFor(/neighbor advertisement, tgt is fd00:5::2/)
    expect(pod).toReach('10.1.2.77')
  })

  test.for([
    ['its own, in the container and on the host', 'ens8'],
    ['one that the host has, too', 'eth0'],
  ] as const)('may get a name that is %s', async ([, ifName], { lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    host.ip('link', 'add', 'eth0', 'type', 'bridge')
    const config = configOf(lab)
    expect(await pod.add(config, { ifName })).toSucceed()
    expect(pod).toHaveOnlyLinks(ifName)
    expect(host).toHaveOnlyLinks('eth0')
    expect(await pod.del(config, { ifName })).toSucceed()
    expect(host).toHaveOnlyLinks('ens8', 'eth0')
    expect(host).toHaveLink('eth0', { kind: 'bridge' })
  })

  test('does not get in the way of links of its name in the container', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    pod.ip('link', 'add', 'ens8', 'type', 'bridge')
    host.ip('link', 'add', 'net1', 'type', 'bridge')
    const config = configOf(lab)
    expect(await pod.add(config)).toSucceed()
    expect(pod).toHaveOnlyLinks('ens8', 'net1')
    expect(pod).toHaveLink('ens8', { kind: 'bridge' })
    expect(await pod.del(config)).toSucceed()
    expect(pod).toHaveOnlyLinks('ens8')
    expect(host).toHaveOnlyLinks('ens8', 'net1')
    expect(host).toHaveLink('ens8', { kind: 'veth', isUp: true })
  })

  test('stays where it is, and works, while its name is taken on the host', async ({ lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    const config = configOf(lab, { ipam: hostLocal(lab.dataDir(), '10.1.2.0/24') })
    expect(await pod.add(config)).toSucceed()
    host.ip('link', 'add', 'ens8', 'type', 'bridge')
    expect(await pod.del(config)).toFailWith(11, 'ens8')
    expect(pod).toHaveLink('net1', { isUp: true })
    expect(pod).toHaveAddress('net1', '10.1.2.2/24')
    host.ip('link', 'delete', 'ens8')
    expect(await pod.del(config)).toSucceed()
    expect(host).toHaveLink('ens8', { kind: 'veth', isUp: true })
  })

  test('is known by an alternative name, too', async ({ lab }) => {
    const pod = podOn(lab)
    const device = 'a-name-longer-than-fifteen'
    pod.runtime.host.ip('link', 'property', 'add', 'dev', 'ens8', 'altname', device)
    const config = configOf(lab, { device })
    expect(await pod.add(config)).toSucceed()
    expect(await lab.pod(pod.runtime.host).add(config)).toFailWith(11, pod.containerId)
    expect(await pod.del(config)).toSucceed()
    expect(pod.runtime.host).toHaveOnlyLinks('ens8')
  })

  test.for([
    ['br0', 999, 'cannot move'],
    ['lo', 7, 'loopback'],
  ] as const)('that cannot move is refused: %s', async ([device, code, text], { lab }) => {
    const pod = podOn(lab)
    const { host } = pod.runtime
    host.ip('link', 'add', 'br0', 'alias', 'mine', 'type', 'bridge')
    const before = [portrait(host, device), host.linkNames()]
    expect(await pod.add(configOf(lab, { device }))).toFailWith(code, text)
    expect([portrait(host, device), host.linkNames()]).toEqual(before)
    expect(await pod.del(configOf(lab, { device }))).toSucceed()
    expect(host.linkNames()).toEqual(before[1])
  })
})

describe('two containers that want one device', () => {
  test('at once: one gets it, the other is told', async ({ lab }) => {
    const first = podOn(lab)
    const pods = [first, lab.pod(first.runtime.host), lab.pod(first.runtime.host)]
    const config = configOf(lab)
    const outcomes = await Promise.all(pods.map((pod) => pod.add(config)))
    const winner = pods.find((_, position) => outcomes[position]?.status === 0)
    for (const outcome of outcomes.filter(({ status }) => status !== 0)) {
      expect(outcome).toFailWith(11, `container ${winner?.containerId} has it as net1`)
    }
    const losers = pods.filter((pod) => pod !== winner)
    expect(losers).toHaveLength(2)
    for (const pod of losers) expect(await pod.del(config)).toSucceed()
    expect(winner).toHaveOnlyLinks('net1')
    expect(await first.status(config)).toSucceed()
    expect(await winner?.del(config)).toSucceed()
    expect(first.runtime.host).toHaveOnlyLinks('ens8')
    expect(await first.status(config)).toSucceed()
  })

  test('one after the other: GC takes it from one that is not valid any more', async ({ lab }) => {
    const first = podOn(lab)
    const { host } = first.runtime
    const config = configOf(lab)
    expect(await first.add(config)).toSucceed()
    const attachment = { containerID: first.containerId, ifname: 'net1' }
    const gc = (...valid: readonly object[]) =>
      first.gc({ ...config, 'cni.dev/valid-attachments': valid })
    expect(await gc(attachment)).toSucceed()
    expect(first).toHaveOnlyLinks('net1')
    expect(await gc()).toSucceed()
    expect(host).toHaveLink('ens8', { isUp: true })
    const other = lab.pod(host)
    expect(await other.add(config)).toSucceed()
    expect(await first.del(config)).toSucceed()
    expect(other).toHaveOnlyLinks('net1')
  })
})

test('DEL succeeds when the device has ended with its container, and forgets it', async ({
  lab,
}) => {
  const pod = podOn(lab)
  const config = configOf(lab)
  expect(await pod.add(config)).toSucceed()
  pod.runtime.host.run('ip', 'netns', 'delete', pod.name)
  expect(await pod.del(config)).toSucceed()
  expect(recordsOf(lab)).toEqual([])
})

describe('in a sysfs', () => {
  const pci = 'bus/pci/devices/0000:00:03.0'
  const made: Record<string, [readonly string[], Config]> = {
    'pciBusID finds a card': [[`${pci}/net/ens8`], { pciBusID: '0000:00:03.0' }],
    'deviceID finds a virtio card': [
      [`${pci}/virtio0/net/ens8`],
      { pciBusID: '0000:00:09.0', runtimeConfig: { deviceID: '0000:00:03.0' } },
    ],
    'deviceID finds a subfunction': [
      ['bus/auxiliary/devices/mlx5_core.sf.4/net/ens8'],
      { runtimeConfig: { deviceID: 'mlx5_core.sf.4' } },
    ],
    'kernelpath finds a device': [
      ['devices/pci0000:00/x/net/ens8'],
      { kernelpath: '/sys/devices/pci0000:00/x' },
    ],
  }
  function build(lab: Lab, folders: readonly string[]): readonly string[] {
    const root = join(lab.folder, 'sys')
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true })
    return mounted(root, '/sys')
  }

  test.for(Object.entries(made))('%s', async ([, [folders, keys]], { lab }) => {
    const pod = podOn(lab)
    const under = build(lab, folders)
    const config = configOf(lab, { device: undefined, ...keys })
    const added = await pod.add(config, { under })
    const pciID =
      JSON.stringify(keys).includes('mlx5') || 'kernelpath' in keys ? {} : { pciID: '0000:00:03.0' }
    expect(added.result?.interfaces).toMatchObject([{ name: 'net1', sandbox: pod.path, ...pciID }])
    expect(await pod.del(config)).toSucceed()
    expect(pod.runtime.host).toHaveOnlyLinks('ens8')
    expect(await pod.status(config, { under })).toSucceed()
    pod.runtime.host.ip('link', 'delete', 'ens8')
    expect(await pod.status(config, { under })).toFailWith(50, 'where no link of the host is')
  })

  test('a card that a program drives stays, and its addresses are told', async ({ lab }) => {
    const pod = podOn(lab)
    const under = build(lab, [pci])
    const driver = join(lab.folder, 'sys', pci, 'driver')
    symlinkSync('../../../../bus/pci/drivers/vfio-pci', driver)
    const ipam = hostLocal(lab.dataDir(), '10.1.2.0/24')
    const config = configOf(lab, { device: undefined, pciBusID: '0000:00:03.0', ipam })
    const added = await pod.add(config, { under })
    expect(added.result).toMatchObject({
      interfaces: [{ name: 'net1', sandbox: pod.path, pciID: '0000:00:03.0' }],
      ips: [{ address: '10.1.2.2/24', interface: 0 }],
    })
    expect(added.result?.interfaces?.[0]).not.toHaveProperty('mac')
    expect(pod).toHaveOnlyLinks()
    expect(await pod.check({ ...config, prevResult: added.result }, { under })).toSucceed()
    expect(await pod.status(config, { under })).toSucceed()
    expect(await pod.del(config, { under })).toSucceed()
    expect(lab.takenAddresses(config.name)).toEqual([])
  })
})
