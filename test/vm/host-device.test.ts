/** The executable's host-device with hardware, which only this machine has. */

import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { runSync } from '#test/lab/command.ts'
import { type Config, hostDevice, hostLocal } from '#test/lab/config-builders.ts'
import { executable } from '#test/lab/executable.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import { LabNamespace } from '#test/lab/namespace.ts'
import '#test/lab/matchers.ts'

/** The network card that test/vm/run.sh puts into the machine. */
const cardMac = '52:54:00:00:00:08'
const ours = { plugin: join(dirname(executable), 'host-device'), path: [dirname(executable)] }
const virtio = '/sys/bus/virtio/drivers/virtio_net'

interface Card {
  /** The namespace that the kernel gives hardware back to. */
  readonly host: LabNamespace
  readonly name: string
  readonly pciId: string
}

/** The card on the host, up and with an address. */
function cardOf(lab: Lab): Card {
  runSync(['modprobe', 'virtio_net'])
  const host = new LabNamespace(`first-${process.pid}`)
  runSync(['ip', 'netns', 'attach', host.name, '1'])
  lab.afterwards(() => runSync(['ip', 'netns', 'delete', host.name]))
  const { ifname: name } = host.links().find(({ address }) => address === cardMac) ?? {}
  const [device = ''] = readdirSync(virtio).filter((one) => one.startsWith('virtio'))
  const [pciId = ''] = realpathSync(`${virtio}/${device}`).split('/').slice(-2)
  if (name === undefined) throw new Error(`no link has ${cardMac}: ${host.linkNames()}`)
  host.ip('address', 'flush', 'dev', name)
  host.ip('link', 'set', name, 'up', 'mtu', '1400', 'alias', 'my uplink')
  host.ip('address', 'add', '10.9.9.1/24', 'dev', name)
  return { host, name, pciId }
}

function expectHome({ host, name }: Card): void {
  expect(host).toHaveLink(name, { mac: cardMac, mtu: 1400, isUp: true })
  expect(host.findLink(name)?.ifalias).toBe('my uplink')
  expect(host.addressTexts(name)).toEqual(['10.9.9.1/24'])
}

const configOf = (lab: Lab, keys: Config) =>
  hostDevice(lab.deviceDir(), { ipam: hostLocal(lab.dataDir(), '10.1.2.0/24'), ...keys })

describe('a network card', () => {
  test('is found by its place on the bus, and comes back as it was', async ({ lab }) => {
    const card = cardOf(lab)
    const { host, name, pciId } = card
    const pod = lab.pod(host)
    const config = configOf(lab, { device: undefined, pciBusID: pciId })
    const added = await pod.add(config, { ...ours, ifName: name })
    const told = { name, mac: cardMac, mtu: 1400, sandbox: pod.path, pciID: pciId }
    expect(added.result?.interfaces).toEqual([told])
    expect(pod).toHaveAddress(name, '10.1.2.2/24')
    expect(host).not.toHaveLink(name)
    const kernelpath = realpathSync(`/sys/bus/pci/devices/${pciId}`)
    const byPath = configOf(lab, { device: undefined, kernelpath })
    expect(await pod.add(byPath, ours)).toFailWith(7, kernelpath)
    expect(await lab.pod(host).add(config, ours)).toFailWith(11, pod.containerId)
    expect(await pod.del(config, { ...ours, ifName: name })).toSucceed()
    expectHome(card)
    expect(await pod.add(byPath, ours)).toSucceed()
    expect(await pod.del(byPath, ours)).toSucceed()
    expectHome(card)
  })

  test('gets its name back when its container ends before the DEL', async ({ lab }) => {
    const card = cardOf(lab)
    const { host, name } = card
    for (const isNameTaken of [false, true]) {
      const pod = lab.pod(host)
      const config = configOf(lab, { device: name })
      expect(await pod.add(config, ours)).toSucceed()
      if (isNameTaken) host.ip('link', 'add', 'net1', 'type', 'dummy')
      host.run('ip', 'netns', 'delete', pod.name)
      expect(await pod.del(config, ours)).toSucceed()
      expectHome(card)
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.del(config, { ...ours, netns: '' })).toSucceed()
      expectHome(card)
    }
    host.ip('link', 'delete', 'net1')
  })

  test('is taken again without any DEL, and is no more of the first container', async ({ lab }) => {
    const card = cardOf(lab)
    const { host, name } = card
    const [first, second] = [lab.pod(host), lab.pod(host)]
    const config = configOf(lab, { device: name })
    expect(await first.add(config, ours)).toSucceed()
    host.run('ip', 'netns', 'delete', first.name)
    await vi.waitFor(() => expect(host).toHaveLink('net1'), { timeout: 60_000 })
    expect(await second.add(config, ours)).toSucceed()
    expect(await first.del(config, ours)).toSucceed()
    expect(second).toHaveLink('net1', { mac: cardMac, isUp: true })
    expect(await second.del(config, ours)).toSucceed()
    expectHome(card)
  })

  test('that the reference plugin took gets its name back as well', async ({ lab }) => {
    const { host, name } = cardOf(lab)
    const config = configOf(lab, { device: name, cniVersion: '1.0.0' })
    const go = { plugin: `${goPlugins}/host-device`, path: [goPlugins] }
    const [first, second] = [lab.pod(host), lab.pod(host)]
    expect(await first.add(config, go)).toSucceed()
    host.run('ip', 'netns', 'delete', first.name)
    await vi.waitFor(() => expect(host).toHaveLink('net1'), { timeout: 60_000 })
    expect(await first.del(config, ours)).toSucceed()
    expect(host).toHaveLink(name, { mac: cardMac })
    expect(await second.add(config, go)).toSucceed()
    host.run('ip', 'netns', 'delete', second.name)
    await vi.waitFor(() => expect(host).toHaveLink('net1'), { timeout: 60_000 })
    const third = lab.pod(host)
    expect(await third.add(config, ours)).toSucceed()
    expect(await third.del(config, ours)).toSucceed()
    expect(host).toHaveLink(name, { mac: cardMac })
    expect(host.findLink(name)?.ifalias).toBeUndefined()
  })
})
