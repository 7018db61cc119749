import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { test } from '#test/lab/lab.ts'
import { mounted } from '#test/lab/mounted.ts'
import '#test/lab/matchers.ts'

// From published Multus guides, unchanged: the masters of the test have the names they use.
const published = [
  {
    text: '{"cniVersion":"0.3.0","name":"macvlan-internal","type":"macvlan","master":"ens6","mode":"bridge","ipam":{"type":"host-local","subnet":"10.1.10.0/24","rangeStart":"10.1.10.200","rangeEnd":"10.1.10.250","gateway":"10.1.10.1"}}',
    master: 'ens6',
    address: '10.1.10.200/24',
    gateway: '10.1.10.1',
  },
  {
    text: '{"cniVersion":"0.3.0","name":"macvlan-conf","type":"macvlan","master":"eth0","mode":"bridge","ipam":{"type":"host-local","subnet":"192.168.1.0/24","rangeStart":"192.168.1.200","rangeEnd":"192.168.1.216","routes":[{"dst":"0.0.0.0/0"}],"gateway":"192.168.1.1"}}',
    master: 'eth0',
    address: '192.168.1.200/24',
    gateway: '192.168.1.1',
  },
] as const

for (const { text, master, address, gateway } of published) {
  test(`the published configuration on ${master} works`, async ({ lab }) => {
    const host = lab.host()
    const far = lab.cable(host, master)
    far.ip('address', 'add', `${gateway}/24`, 'dev', 'far0')
    const pod = lab.pod(host)
    const { name, cniVersion } = JSON.parse(text)
    // These configurations keep their addresses in the default folder.
    lab.afterwards(() => rmSync(`/var/lib/cni/networks/${name}`, { recursive: true, force: true }))

    const added = await pod.call('ADD', text)
    expect(added).toSucceed()
    expect(added.result).toMatchObject({
      cniVersion,
      interfaces: [{ name: 'net1', sandbox: pod.path }],
      ips: [{ version: '4', address, gateway, interface: 0 }],
      dns: {},
    })
    expect(pod).toHaveLink('net1', { kind: 'macvlan', mode: 'bridge', isUp: true })
    expect(pod).toHaveAddress('net1', address)
    expect(pod).toReach(gateway)

    expect(await pod.call('CHECK', text)).toFailWith(1, 'does not allow CHECK')
    const newer = JSON.stringify({ ...JSON.parse(text), cniVersion: '0.4.0' })
    const withResult = {
      ...JSON.parse(newer),
      prevResult: { ...added.result, cniVersion: '0.4.0' },
    }
    expect(await pod.call('CHECK', JSON.stringify(withResult))).toSucceed()

    expect(await pod.call('DEL', text)).toSucceed()
    expect(pod).toHaveOnlyLinks()
    expect(await pod.call('DEL', text)).toSucceed()
  })
}

const publishedBridge =
  '{"cniVersion":"0.3.1","name":"bridge-main","type":"bridge","bridge":"mybr0","ipam":{"type":"static","addresses":[{"address":"192.168.12.11/24"}]}}'

test('the published configuration of a bridge with a static address works', async ({ lab }) => {
  const host = lab.host()
  const pod = lab.pod(host)
  const plugin = 'bridge'
  const added = await pod.call('ADD', publishedBridge, { plugin })
  expect(added).toSucceed()
  expect(added.result).toMatchObject({
    cniVersion: '0.3.1',
    interfaces: [{ name: 'mybr0' }, {}, { name: 'net1', sandbox: pod.path }],
    ips: [{ version: '4', address: '192.168.12.11/24', interface: 2 }],
    dns: {},
  })
  expect(host).toHaveLink('mybr0', { kind: 'bridge', isUp: true })
  expect(pod).toHaveAddress('net1', '192.168.12.11/24')
  host.ip('address', 'add', '192.168.12.1/24', 'dev', 'mybr0')
  expect(pod).toReach('192.168.12.1')
  expect(await pod.call('DEL', publishedBridge, { plugin })).toSucceed()
  expect(pod).toHaveOnlyLinks()
  expect(host).toHaveOnlyLinks('mybr0')
})

const publishedDevice =
  '{"cniVersion":"0.3.1","name":"host-device-main","type":"host-device","device":"ens8","ipam":{"type":"static","addresses":[{"address":"192.168.12.20/24"}]}}'

test('the published configuration of a device with a static address works', async ({ lab }) => {
  const host = lab.host()
  const far = lab.cable(host, 'ens8')
  far.ip('address', 'add', '192.168.12.1/24', 'dev', 'far0')
  const pod = lab.pod(host)
  // It keeps its records in the default folder, which other tests may be doing as well.
  const options = { plugin: 'host-device', under: mounted(lab.folder, '/var/lib/cni') }
  const added = await pod.call('ADD', publishedDevice, options)
  expect(added).toSucceed()
  expect(added.result).toMatchObject({
    cniVersion: '0.3.1',
    interfaces: [{ name: 'net1', sandbox: pod.path }],
    ips: [{ version: '4', address: '192.168.12.20/24', interface: 0 }],
    dns: {},
  })
  expect(host).toHaveOnlyLinks()
  expect(pod).toHaveAddress('net1', '192.168.12.20/24')
  expect(pod).toReach('192.168.12.1')
  expect(readdirSync(join(lab.folder, 'host-device'))).toContain('ens8.json')
  for (let times = 1; times <= 2; times += 1) {
    expect(await pod.call('DEL', publishedDevice, options)).toSucceed()
    expect(pod).toHaveOnlyLinks()
    expect(host).toHaveLink('ens8', { kind: 'veth', isUp: true })
  }
})
