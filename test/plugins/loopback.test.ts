import { expect } from 'vitest'
import { loopback } from '#plugins/loopback/plugin.ts'
import type { ResultObject } from '#test/lab/cni-call.ts'
import { type Config, uniqueNetwork } from '#test/lab/config-builders.ts'
import { injectedFault } from '#test/lab/faults.ts'
import { callWatched } from '#test/lab/in-process.ts'
import { goPlugins, type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import { versions } from '#test/lab/reference.ts'
import '#test/lab/matchers.ts'

const goLoopback = `${goPlugins}/loopback`

function configOf(more: Config = {}): Config {
  return { cniVersion: '1.1.0', name: uniqueNetwork(), type: 'loopback', ...more }
}

/** A pod as the kernel makes it: its loopback is down, and has no address. */
function newPod(lab: Lab): Pod {
  const pod = lab.pod(lab.host())
  pod.ip('link', 'set', 'lo', 'down')
  pod.ip('address', 'flush', 'dev', 'lo')
  return pod
}

function addressesOn(space: LabNamespace): readonly string[] {
  return space.addresses('lo').map(({ local, prefixlen }) => `${local}/${prefixlen}`)
}

const up = { isUp: true }
const down = { isUp: false }

test('loopback brings lo up, and takes it down again', async ({ lab }) => {
  const pod = newPod(lab)
  const config = configOf()
  const added = await pod.add(config)
  expect(added).toSucceed()
  expect(added.result).toEqual({
    cniVersion: '1.1.0',
    interfaces: [{ name: 'lo', mac: '00:00:00:00:00:00', mtu: 65536, sandbox: pod.path }],
    ips: [
      { address: '127.0.0.1/8', interface: 0 },
      { address: '::1/128', interface: 0 },
    ],
  })
  expect(pod).toHaveLink('lo', up)
  expect(addressesOn(pod)).toEqual(['127.0.0.1/8', '::1/128'])
  expect(pod).toReach('127.0.0.1')
  expect(pod).toReach('::1')
  expect(await pod.check(config)).toSucceed()
  expect(await pod.status(config)).toSucceed()
  expect(await pod.gc({ ...config, 'cni.dev/valid-attachments': [] })).toSucceed()
  expect(pod).toHaveLink('lo', up)
  expect(await pod.del(config)).toSucceed()
  expect(pod).toHaveLink('lo', down)
  expect(await pod.check(config)).toFailWith(999, 'loopback interface is down')
})

test('loopback added again finds lo as it is', async ({ lab }) => {
  const pod = newPod(lab)
  const config = configOf()
  const first = await pod.add(config)
  expect((await pod.add(config)).result).toEqual(first.result)
})

test('loopback ignores CNI_IFNAME, and CNI_ARGS that are none', async ({ lab }) => {
  const pod = newPod(lab)
  const options = { ifName: 'eth9', args: 'none' }
  const added = await pod.add(configOf(), options)
  expect(added.result?.interfaces?.map(({ name }) => name)).toEqual(['lo'])
  expect(pod).toHaveLink('lo', up)
  expect(await pod.del(configOf(), options)).toSucceed()
  expect(pod).toHaveLink('lo', down)
})

test('loopback passes the result of the plugin before it on', async ({ lab }) => {
  const pod = newPod(lab)
  const prevResult = {
    cniVersion: '1.0.0',
    interfaces: [{ name: 'net1', sandbox: '/run/netns/x' }],
    ips: [{ address: '10.1.2.3/24', gateway: '10.1.2.1', interface: 0 }],
    routes: [{ dst: '0.0.0.0/0' }],
    dns: { nameservers: ['10.1.1.1'] },
  }
  const config = configOf({ cniVersion: '1.0.0', prevResult })
  const added = await pod.add(config)
  expect(added.result).toEqual(prevResult)
  expect(pod).toHaveLink('lo', up)
  expect(added.result).toEqual((await pod.add(config, { plugin: goLoopback })).result)
})

test.for(['10.1.2.3', 'fd00::7'])(
  'loopback refuses lo with the address %s in the words of Go, and leaves it as it is',
  async (address, { lab }) => {
    const pod = newPod(lab)
    const length = address.includes(':') ? 128 : 32
    pod.ip('address', 'add', `${address}/${length}`, 'dev', 'lo')
    const refused = await pod.add(configOf())
    expect(refused).toFailWith(999, address)
    expect(pod).toHaveLink('lo', down)
    expect(pod.addressTexts('lo')).toEqual([`${address}/${length}`])
    const config = configOf({ cniVersion: '1.0.0' })
    const { error } = await pod.add(config, { plugin: goLoopback })
    expect(refused.error?.msg).toBe(error?.msg)
  },
)

test('loopback leaves lo as it was, whichever of its calls to the kernel fails', async ({
  lab,
}) => {
  const pod = newPod(lab)
  const call = {
    command: 'ADD' as const,
    plugin: 'loopback',
    host: pod.runtime.host,
    path: pod.runtime.path,
    containerId: pod.containerId,
    netns: pod.path,
    ifName: 'lo',
    config: configOf(),
  }
  const plugin = { type: 'loopback', load: async () => loopback }
  const { status, calls } = await callWatched(plugin, call)
  expect(status).toBe(0)
  expect(await pod.del(call.config)).toSucceed()
  expect(calls.length).toBeGreaterThan(5)
  for (const [index, name] of calls.entries()) {
    const failed = await callWatched(plugin, call, index + 1)
    const what = `call ${index + 1} of ${calls.length}, ${name}`
    expect(failed.status, what).toBe(1)
    expect(JSON.stringify(failed.error), what).toContain(injectedFault)
    expect(pod, what).toHaveLink('lo', down)
  }
})

test('loopback deletes without a namespace, and checks with one only', async ({ lab }) => {
  const pod = newPod(lab)
  for (const netns of ['', '/run/netns/nobody']) {
    expect(await pod.del(configOf(), { netns })).toSucceed()
  }
  const gone = { netns: '/run/netns/nobody' }
  expect(await pod.add(configOf(), gone)).toFailWith(8, '/run/netns/nobody')
  expect(await pod.check(configOf(), gone)).toFailWith(8, '/run/netns/nobody')
})

/** What Go tells, which has the form of 1.0.0 at every version, in the form of its version. */
function inForm(cniVersion: string, result: ResultObject): unknown {
  const { ips = [], interfaces } = result
  if (cniVersion === '1.0.0') return { cniVersion, interfaces, ips }
  const [first, second] = ips
  if (cniVersion < '0.3.0') {
    return { cniVersion, ip4: { ip: first?.address }, ip6: { ip: second?.address }, dns: {} }
  }
  const told = [
    { version: '4', ...first },
    { version: '6', ...second },
  ]
  return { cniVersion, interfaces, ips: told, dns: {} }
}

test.for(versions)(
  'loopback at %s tells what Go tells, and either deletes what the other added',
  async (cniVersion, { lab }) => {
    const pod = newPod(lab)
    const config = configOf({ cniVersion })
    const { result } = await pod.add(config, { plugin: goLoopback })
    expect(await pod.del(config)).toSucceed()
    expect(pod).toHaveLink('lo', down)
    const added = await pod.add(config)
    expect(added.result).toEqual(inForm(cniVersion, Object(result)))
    if (cniVersion >= '0.4.0') expect(await pod.check(config, { plugin: goLoopback })).toSucceed()
    expect(await pod.del(config, { plugin: goLoopback })).toSucceed()
    expect(pod).toHaveLink('lo', down)
  },
)
