import { describe, expect, test } from 'vitest'
import { formatMetrics } from '#ipam/whereabouts/controller/metrics.ts'
import { CallMetrics } from '#ipam/whereabouts/controller/node/call-metrics.ts'
import { installProgram } from '#ipam/whereabouts/controller/node/install.ts'
import { KubeconfigKeeper } from '#ipam/whereabouts/controller/node/kubeconfig-keeper.ts'
import { LedgerKeeper } from '#ipam/whereabouts/controller/node/ledger-keeper.ts'
import { Stop } from '#ipam/whereabouts/controller/stop.ts'
import { readKubeconfig } from '#ipam/whereabouts/datastores/kubeconfig.ts'
import { accountFolder, podAccess } from '#ipam/whereabouts/datastores/kubernetes/access.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { folder, Network } from '#test/unit/ipam/whereabouts/network.ts'

function keeperOf(host: FakeHost, log: string[] = []): LedgerKeeper {
  const stop = new Stop(host.clock)
  return new LedgerKeeper({ host, stop, log: (_, text) => void log.push(text), dataDir: folder })
}

/** A network of which `c1` has an address that is still to be given back. */
async function withReleased(): Promise<Network> {
  const network = new Network({ range: '10.0.0.0/28' })
  await network.add()
  const name = `${folder}/attached/c1:net1`
  await network.host.files.ensureDirectory(`${folder}/released`, 0o700)
  await network.host.files.move(name, `${folder}/released/c1:net1`)
  return network
}

describe('the ledger of a node', () => {
  test('is worked off', async () => {
    const network = await withReleased()
    const keeper = keeperOf(network.host)
    await keeper.settle()
    expect(network.taken('10.0.0.0-28')).toEqual({})
    expect(formatMetrics(keeper.metrics())).toContain('whereabouts_ledger_settled_total 1')
    expect(formatMetrics(keeper.metrics())).toContain('whereabouts_ledger_pending 0')
  })

  test('keeps what an etcd has, as nobody told us who we are there', async () => {
    const network = await withReleased()
    const path = `${folder}/released/c1:net1`
    const record = JSON.parse(await network.host.files.readText(path))
    network.host.files.put(path, JSON.stringify({ ...record, datastore: 'etcd http://[::1]:2379' }))
    const keeper = keeperOf(network.host)
    await keeper.settle()
    expect(formatMetrics(keeper.metrics())).toContain('whereabouts_ledger_pending 1')
  })

  test('is worked off beside what makes no sense', async () => {
    const network = await withReleased()
    network.host.files.put(`${folder}/released/broken:net1`, '{')
    const log: string[] = []
    await keeperOf(network.host, log).settle()
    expect(network.taken('10.0.0.0-28')).toEqual({})
    expect(log.join('\n')).toContain('broken:net1')
  })

  test('waits for a kubeconfig that is not there', async () => {
    const network = await withReleased()
    const path = `${folder}/released/c1:net1`
    const record = JSON.parse(await network.host.files.readText(path))
    network.host.files.put(path, JSON.stringify({ ...record, datastore: 'kubernetes /etc/none' }))
    const log: string[] = []
    await keeperOf(network.host, log).settle()
    expect(log.join('\n')).toContain('/etc/none')
    expect(await network.host.files.findText(path)).toBeDefined()
  })
})

describe('the calls of a node', () => {
  async function collected(metrics: CallMetrics): Promise<string> {
    // What was taken away is read the next time.
    await metrics.collect()
    await metrics.collect()
    return formatMetrics(metrics.metrics())
  }

  test('are counted where somebody counts', async () => {
    const network = new Network({ range: '10.0.0.0/30' })
    const metrics = new CallMetrics(network.host.files, folder)
    await metrics.collect()
    await network.add()
    await network.add({ containerId: 'c2' })
    await expect(network.add({ containerId: 'c3' })).rejects.toThrow('Could not allocate')
    const text = await collected(metrics)
    expect(text).toContain('whereabouts_add_duration_seconds_bucket{le="+Inf"} 3')
    expect(text).toContain('whereabouts_add_duration_seconds_count 3')
    expect(text).toContain('whereabouts_add_failures_total 1')
    expect(text).toContain('whereabouts_add_conflicts_total 0')
    await network.del()
    await network.add()
    expect(await collected(metrics)).toContain('seconds_count 4')
  })

  test('leave nothing behind where nobody does', async () => {
    const network = new Network({ range: '10.0.0.0/30' })
    await network.add()
    expect(await network.host.files.findText(`${folder}/calls`)).toBeUndefined()
  })

  test('are counted no more when nobody takes the counts away', async () => {
    const network = new Network({ range: '10.0.0.0/30' })
    const full = '1 0 0 done\n'.repeat(100_000)
    network.host.files.put(`${folder}/calls`, full)
    await network.add()
    expect(await network.host.files.readText(`${folder}/calls`)).toBe(full)
  })
})

describe('the kubeconfig file of a node', () => {
  const path = '/etc/cni/net.d/whereabouts.d/whereabouts.kubeconfig'
  const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'

  function inPod(token: string): FakeHost {
    return new FakeHost({
      environment: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      files: {
        [`${accountFolder}/token`]: token,
        [`${accountFolder}/ca.crt`]: pem,
        [`${accountFolder}/namespace`]: 'kube-system',
      },
    })
  }

  test('says who the pod is, to nobody but root', async () => {
    const host = inPod('secret')
    const log: string[] = []
    const note = (_: string, text: string) => void log.push(text)
    const keeper = new KubeconfigKeeper(host, podAccess(host), { path, log: note })
    await keeper.keep()
    expect(await readKubeconfig(host.files, path)).toMatchObject({
      origin: 'https://[fd00::1]:6443',
      tls: { authorities: pem },
      token: 'secret',
      namespace: 'kube-system',
    })
    expect(await host.files.findStatus(path)).toMatchObject({ mode: 0o600 })
    expect(log).toEqual([`written to ${path}`])
  })

  test('is written again when the token changes, and only then', async () => {
    const host = inPod('old')
    const log: string[] = []
    const note = (_: string, text: string) => void log.push(text)
    const keeper = new KubeconfigKeeper(host, podAccess(host), { path, log: note })
    await keeper.keep()
    await keeper.keep()
    expect(log).toHaveLength(1)
    host.files.put(`${accountFolder}/token`, 'new\n')
    await keeper.keep()
    expect(await readKubeconfig(host.files, path)).toMatchObject({ token: 'new' })
  })

  test('is left alone outside of a pod', async () => {
    const host = new FakeHost()
    const keeper = new KubeconfigKeeper(host, podAccess(host), { path, log: () => {} })
    await expect(keeper.keep()).rejects.toThrow('KUBERNETES_SERVICE_HOST')
    expect(await host.files.findText(path)).toBeUndefined()
  })
})

describe('the plugin of a node', () => {
  const path = '/opt/cni/bin/whereabouts'
  const own = { kind: 'file', device: 1, inode: 7, mode: 0o755, size: 7 } as const

  function executable(): FakeHost {
    const files = { '/proc/self/exe': 'program', '/opt/cni/bin/macvlan': 'another' }
    return new FakeHost({ executable: own, files })
  }

  test('is this program', async () => {
    const host = executable()
    await installProgram(host, { path, dataDir: folder }, () => {})
    expect(await host.files.readText(path)).toBe('program')
    expect(await host.files.findStatus(path)).toMatchObject({ mode: 0o755 })
  })

  test('is not copied over itself', async () => {
    const host = executable()
    host.files.put(path, 'itself')
    const same = await host.files.findStatus(path)
    const running = Object.assign(host, { findExecutable: async () => same })
    await installProgram(running, { path, dataDir: folder }, () => {})
    expect(await host.files.readText(path)).toBe('itself')
  })

  test('is no script', async () => {
    const installing = installProgram(new FakeHost(), { path, dataDir: folder }, () => {})
    await expect(installing).rejects.toThrow('not the executable')
  })
})
