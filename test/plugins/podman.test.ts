import { readdirSync, rmSync } from 'node:fs'
import { describe, expect, vi } from 'vitest'
import { type Config, hostLocal, uniqueNetwork } from '#test/lab/config-builders.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import { Podman } from '#test/lab/podman.ts'
import { rulesetText, rulesIn } from '#test/lab/ruleset.ts'
import { connectUplink, uplink } from '#test/lab/uplink.ts'
import '#test/lab/matchers.ts'

const routes = [{ dst: '0.0.0.0/0' }]

/** A network as an operator writes it down for podman 4.3, with a single plugin. */
function addNetwork(podman: Podman, plugin: Config): string {
  const name = uniqueNetwork()
  podman.addNetwork({ cniVersion: '0.4.0', name, plugins: [plugin] })
  return name
}

/** A network as podman makes it, which keeps its addresses in the default folder. */
async function createNetwork(lab: Lab, podman: Podman, ...options: string[]): Promise<string> {
  const name = uniqueNetwork()
  lab.afterwards(() => rmSync(`/var/lib/cni/networks/${name}`, { recursive: true, force: true }))
  await podman.createNetwork(name, ...options)
  return name
}

function addressesIn(network: string): readonly string[] {
  return readdirSync(`/var/lib/cni/networks/${network}`).filter((name) => /^[0-9]/.test(name))
}

async function expectReach(podman: Podman, container: string, address: string): Promise<void> {
  const said = await podman.inside(container, 'ping', '-c', '1', '-w', '10', address)
  expect(said).toContain(' 0% packet loss')
}

/** podman's helpers end by themselves. */
async function expectNothingLeft(podman: Podman, host: LabNamespace, links: readonly string[]) {
  await vi.waitFor(() => expect(podman.remains()).toEqual([]), { timeout: 10_000 })
  expect(host).toHaveOnlyLinks(...links)
}

describe('podman with plugins of ours alone', () => {
  test('connects containers by a bridge', async ({ lab }) => {
    const host = lab.host()
    connectUplink(lab, host)
    const podman = new Podman(lab, host, [lab.pluginFolder()])
    const ipam = hostLocal(lab.dataDir(), '10.7.0.0/24', { routes })
    const keys = { bridge: 'br0', isGateway: true, ipMasq: true, macspoofchk: true, ipam }
    const network = addNetwork(podman, { type: 'bridge', ...keys })
    const one = await podman.start('--network', network)
    const other = await podman.start('--network', `${network}:ip=10.7.0.77,mac=02:00:00:00:00:07`)
    expect(lab.takenAddresses(network)).toEqual(['10.7.0.2', '10.7.0.77'])
    expect(await podman.inside(other, 'ip', 'link')).toContain('02:00:00:00:00:07')
    await expectReach(podman, one, '10.7.0.77')
    await expectReach(podman, other, '10.7.0.2')
    // Which knows no way back to the containers.
    await expectReach(podman, other, uplink.far[4])

    await podman.stop(one, other)
    await expectNothingLeft(podman, host, ['br0', 'eth0'])
    expect(rulesIn(host)).toEqual([])
    expect(lab.takenAddresses(network)).toEqual([])
  })

  test('connects containers by macvlan', async ({ lab }) => {
    const host = lab.host()
    connectUplink(lab, host)
    const podman = new Podman(lab, host, [lab.pluginFolder()])
    const ranges = [[{ subnet: '192.0.2.0/24', rangeStart: '192.0.2.5' }]]
    const ipam = hostLocal(lab.dataDir(), '', { ranges, routes })
    const network = addNetwork(podman, { type: 'macvlan', master: 'eth0', ipam })
    const [one, other] = [
      await podman.start('--network', network),
      await podman.start('--network', network),
    ]
    await expectReach(podman, one, '192.0.2.6')
    await expectReach(podman, other, '192.0.2.5')
    await expectReach(podman, one, uplink.far[4])

    await podman.stop(one, other)
    await expectNothingLeft(podman, host, ['eth0'])
    expect(lab.takenAddresses(network)).toEqual([])
  })
})

describe('a network that podman has created', () => {
  test('has our bridge in front of the reference plugins', async ({ lab }) => {
    const host = lab.host()
    const peer = connectUplink(lab, host)
    const podman = new Podman(lab, host, [lab.pluginFolder(), goPlugins])
    const network = await createNetwork(lab, podman, '--subnet', '10.7.0.0/24')
    const { plugins } = podman.network(network)
    expect(plugins.map(({ type }) => type)).toEqual(['bridge', 'portmap', 'firewall', 'tuning'])
    const options = ['--network', network, '--publish', '8080:80', '--hostname', 'web']
    const web = await podman.start(...options)
    const other = await podman.start('--network', network)
    await podman.inside(web, 'httpd', '-p', '80', '-h', '/etc')
    const wget = ['busybox', 'wget', '-q', '-O', '-']
    expect(peer.run(...wget, `http://${uplink.host[4]}:8080/hostname`)).toBe('web')
    expect(await podman.inside(other, ...wget, 'http://10.7.0.2/hostname')).toBe('web')
    await expectReach(podman, web, '10.7.0.3')
    await expectReach(podman, web, uplink.far[4])
    expect(addressesIn(network)).toEqual(['10.7.0.2', '10.7.0.3'])

    await podman.stop(web, other)
    await expectNothingLeft(podman, host, [String(plugins[0]?.bridge), 'eth0'])
    expect(rulesetText(host)).not.toContain('10.7.0.')
    expect(addressesIn(network)).toEqual([])
  })

  test('has our macvlan', async ({ lab }) => {
    const host = lab.host()
    connectUplink(lab, host)
    const podman = new Podman(lab, host, [lab.pluginFolder()])
    const kind = ['--driver=macvlan', '--opt=parent=eth0']
    const range = ['--subnet=192.0.2.0/24', '--ip-range=192.0.2.64/26']
    const gateway = `--gateway=${uplink.far[4]}`
    const network = await createNetwork(lab, podman, ...kind, ...range, gateway)
    const [one, other] = [
      await podman.start('--network', network),
      await podman.start('--network', network),
    ]
    const [first = '', second = ''] = addressesIn(network)
    await expectReach(podman, one, second)
    await expectReach(podman, other, first)
    await expectReach(podman, one, uplink.far[4])

    await podman.stop(one, other)
    await expectNothingLeft(podman, host, ['eth0'])
    expect(addressesIn(network)).toEqual([])
  })
})
