import { describe, expect, test } from 'vitest'
import { readAllocationConfig, readPlaceConfig } from '#ipam/whereabouts/config.ts'
import type { CallChanges } from '#test/lab/fake-network.ts'
import { Network } from './network.ts'

const flatFile = '/etc/cni/net.d/whereabouts.d/whereabouts.conf'

function read(ipam: object, changes?: CallChanges) {
  return readAllocationConfig(new Network(ipam).call('ADD', changes))
}

describe('the datastore', () => {
  const datastoreOf = async (ipam: object) => (await read(ipam, pod)).datastore
  const pod = { args: 'K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod' }

  test('is files when nothing says otherwise', async () => {
    expect(await datastoreOf({})).toEqual({ kind: 'file' })
  })

  test('is Kubernetes where there is a kubeconfig', async () => {
    const ipam = { kubernetes: { kubeconfig: '/etc/kube.conf' } }
    expect(await datastoreOf(ipam)).toEqual({ kind: 'kubernetes', kubeconfig: '/etc/kube.conf' })
    expect(await datastoreOf({ ...ipam, datastore: 'file' })).toEqual({ kind: 'file' })
  })

  test('is etcd with one endpoint or several', async () => {
    const several = 'https://10.0.0.1:2379, https://[fd00::1]:22379'
    expect(await datastoreOf({ datastore: 'etcd', etcd_host: several })).toEqual({
      kind: 'etcd',
      endpoints: ['https://10.0.0.1:2379', 'https://[fd00::1]:22379'],
    })
    expect(await datastoreOf({ datastore: 'etcd', etcd_host: 'localhost' })).toEqual({
      kind: 'etcd',
      endpoints: ['http://localhost:2379'],
    })
    const secure = {
      datastore: 'etcd',
      etcd_host: 'localhost:1',
      etcd_username: 'me',
      etcd_ca_cert_file: '/ca',
      etcd_cert_file: '/cert',
      etcd_key_file: '/key',
    }
    expect(await datastoreOf(secure)).toEqual({
      kind: 'etcd',
      endpoints: ['https://localhost:1'],
      user: { name: 'me', password: '' },
      authoritiesFile: '/ca',
      identityFiles: { certificate: '/cert', key: '/key' },
    })
  })
})

describe('the file for all networks of a node', () => {
  async function readBeside(ipam: object, shared: object) {
    const network = new Network(ipam)
    network.host.files.put(flatFile, JSON.stringify(shared))
    return readPlaceConfig(network.call('DEL'))
  }

  test('counts where the network says nothing', async () => {
    const shared = {
      datastore: 'kubernetes',
      kubernetes: { kubeconfig: '/etc/kube.conf' },
      network_name: 'shared',
      reconciler_cron_expression: '30 4 * * *',
    }
    const place = await readBeside({ range: '10.0.0.0/24', network_name: '' }, shared)
    expect(place).toMatchObject({
      datastore: { kind: 'kubernetes', kubeconfig: '/etc/kube.conf' },
      networkName: 'shared',
    })
    const own = await readBeside({ network_name: 'own', datastore: 'file' }, shared)
    expect(own).toMatchObject({ datastore: { kind: 'file' }, networkName: 'own' })
  })

  test('does not decide about overlapping ranges', async () => {
    const place = await readBeside({}, { enable_overlapping_ranges: false })
    expect(place.looksAfterOverlap).toBe(true)
  })

  test('is named when it is wrong', async () => {
    await expect(readBeside({}, { range: 5 })).rejects.toThrow(
      `read ${flatFile}: range: expected a string, found 5`,
    )
  })

  test('is where the network says, itself or its folder', async () => {
    for (const named of ['/opt/w', '/opt/w/whereabouts.conf']) {
      const network = new Network({ configuration_path: named })
      network.host.files.put('/opt/w/whereabouts.conf', '{"network_name":"there"}')
      const place = await readPlaceConfig(network.call('DEL'))
      expect(place.networkName).toBe('there')
    }
  })
})

describe('addresses that are asked for', () => {
  const ranges = { range: '10.0.0.0/24', gateway: '10.0.0.1', ipRanges: [{ range: 'fd00::/64' }] }
  const ask = async (changes: CallChanges) => {
    const { wanted, fixed } = await read(ranges, changes)
    const beside = fixed.map(({ address, gateway }) => `${address} ${gateway ?? '-'}`)
    return { wanted: wanted.map((address) => address?.toString()), beside }
  }

  test.each<[string, CallChanges]>([
    ['runtimeConfig', { keys: { runtimeConfig: { ips: ['fd00::5', '10.0.0.5/16'] } } }],
    ['args', { keys: { args: { cni: { ips: ['fd00::5/64', '10.0.0.5'] } } } }],
    ['CNI_ARGS', { args: 'IP=fd00::5,10.0.0.5/24' }],
  ])('are of the ranges that have them: %s', async (_, changes) => {
    expect(await ask(changes)).toEqual({ wanted: ['10.0.0.5', 'fd00::5'], beside: [] })
  })

  test('are given beside the ranges where no range has them', async () => {
    expect(await ask({ args: 'IP=10.9.0.5/24;GATEWAY=10.9.0.1,10.8.0.1' })).toEqual({
      wanted: [undefined, undefined],
      beside: ['10.9.0.5/24 10.9.0.1'],
    })
  })

  test.each<[CallChanges, string]>([
    [
      { keys: { runtimeConfig: { ips: ['10.9.0.5'] } } },
      'runtimeConfig.ips[0]: expected an address of a range, or one with its prefix length',
    ],
    [
      { keys: { runtimeConfig: { ips: ['10.0.0.5', '10.0.0.6'] } } },
      'runtimeConfig.ips[1]: expected no second address of 10.0.0.0/24 besides 10.0.0.5',
    ],
    [{ keys: { runtimeConfig: { ips: ['10.0.0.1'] } } }, 'that is neither its first nor its last'],
    [{ args: 'IP=10.0.0.255' }, 'ARGS: error parsing value of pair "IP=10.0.0.255"'],
    [{ args: 'IP=x' }, 'expected an address such as 10.1.2.3 or 10.1.2.3/24, found x'],
  ])('are refused where nobody can give them: %j', async (changes, message) => {
    await expect(ask(changes)).rejects.toThrow(message)
  })
})

test('knows the pod, in a cluster by its name alone', async () => {
  const args = 'IgnoreUnknown=1;K8S_POD_UID=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=pod'
  expect((await read({}, { args })).podRef).toBe('ns/pod')
  expect((await read({}, { containerId: 'c7' })).podRef).toBe('c7')
  await expect(read({ kubernetes: { kubeconfig: '/k' } })).rejects.toThrow(
    'CNI_ARGS: expected K8S_POD_NAMESPACE and K8S_POD_NAME, found no K8S_POD_NAME',
  )
})

test('has no room for two addresses of a family in an old version', async () => {
  const ipam = { range: '10.0.0.0/24', addresses: [{ address: '10.9.0.1/24' }] }
  const changes = { keys: { cniVersion: '0.2.0' } }
  await expect(read(ipam, changes)).rejects.toThrow(
    'ipam: expected one IPv4 address at most before cniVersion 0.3.0, found 2',
  )
})
