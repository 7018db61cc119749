/** What podman 4.3.1 and containerd 1.6 were seen to do, for every plugin that makes an interface. */

import { describe, expect } from 'vitest'
import { type CallOutcome, callPlugin } from '#test/lab/cni-call.ts'
import { type Config, hostLocal, uniqueNetwork } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { CallOptions, Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

export interface RuntimeSubject {
  readonly type: string
  /** Without `ipam`, which it gets if it `hasAddresses`. */
  readonly config: (more: Config, lab: Lab) => Config
  readonly hasAddresses: boolean
  /** `essential`, for where calls take long, leaves out what `pluginContract` has or any kind does. */
  readonly extent?: 'essential'
  /** Whether what its ADD did is there. */
  isThere(pod: Pod): boolean
}

/** Of most plugins: the link of the sandbox. */
export const hasLink = (pod: Pod) => pod.linkNames().includes('net1')
export const loIsUp = (pod: Pod) => pod.findLink('lo')?.flags.includes('UP') === true

export function loopback(more: Config): Config {
  return { cniVersion: '1.0.0', name: uniqueNetwork(), type: 'loopback', ...more }
}

function newPod(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const pod = lab.pod(host)
  pod.ip('link', 'set', 'lo', 'down')
  return pod
}

/** A list for older runtimes says 1.0.0 at most. */
function configOf(lab: Lab, { config, hasAddresses }: RuntimeSubject, more: Config = {}): Config {
  const ipam = hasAddresses ? { ipam: hostLocal(lab.dataDir(), '10.5.0.0/24') } : {}
  return config({ cniVersion: '1.0.0', ...ipam, ...more }, lab)
}

/** The pairs that containerd sends, from this one on: it goes through a map, so any can be first. */
function kubernetesArgs(first: number): string {
  const pairs = [
    'IgnoreUnknown=1',
    'K8S_POD_NAMESPACE=default',
    'K8S_POD_NAME=web-0',
    'K8S_POD_INFRA_CONTAINER_ID=8e2b6f6bf5a1',
    'K8S_POD_UID=cd4b5a5e-0000-4b6c-9d63-5a6d3a4ce1f0',
  ]
  return [...pairs.slice(first), ...pairs.slice(0, first)].join(';')
}

/** As containerd spells the values of capabilities. */
const capitalCamel = {
  runtimeConfig: {
    portMappings: [{ HostPort: 8080, ContainerPort: 80, Protocol: 'tcp', HostIP: '' }],
    bandwidth: { IngressRate: 1_000_000, IngressBurst: 4_294_967_295 },
    IPRanges: null,
    Mac: '',
  },
}

function versionFlood(host: LabNamespace, path: readonly string[], type: string) {
  const calls = Array.from({ length: 18 }, () =>
    callPlugin({
      command: 'VERSION',
      plugin: type,
      host,
      path,
      containerId: 'dummy',
      ifName: 'dummy',
      netns: 'dummy',
      config: { cniVersion: '0.4.0' },
    }),
  )
  return Promise.all(calls)
}

export function runtimesContract(subject: RuntimeSubject): void {
  describe(`a runtime that calls ${subject.type}`, () => {
    test('may delete for the first time when the namespace is gone', async ({ lab }) => {
      const pod = newPod(lab)
      const config = configOf(lab, subject)
      expect(await pod.add(config)).toSucceed()
      pod.runtime.host.run('ip', 'netns', 'delete', pod.name)
      expect(await pod.del(config)).toSucceed()
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.del(config, { netns: '' })).toSucceed()
    })

    test('may call loopback for the same sandbox meanwhile', async ({ lab }) => {
      const pod = newPod(lab)
      const config = configOf(lab, subject)
      const loopbackConfig = loopback({ cniVersion: '0.3.1', name: 'cni-loopback' })
      const both = async (
        call: (config: Config, options?: CallOptions) => Promise<CallOutcome>,
      ) => {
        const outcomes = await Promise.all([call(loopbackConfig, { ifName: 'lo' }), call(config)])
        for (const outcome of outcomes) expect(outcome).toSucceed()
      }
      await both((each, options) => pod.add(each, options))
      expect([loIsUp(pod), subject.isThere(pod)]).toEqual([true, true])
      await both((each, options) => pod.del(each, options))
      expect([loIsUp(pod), subject.isThere(pod)]).toEqual([false, false])
      await both((each, options) => pod.del(each, { ...options, netns: '' }))
    })

    if (subject.extent === 'essential') return
    test('may delete twice, the second time without namespace and result', async ({ lab }) => {
      const pod = newPod(lab)
      const config = configOf(lab, subject, capitalCamel)
      const options = { args: kubernetesArgs(0) }
      const added = await pod.add(config, options)
      expect(added).toSucceed()
      expect(subject.isThere(pod)).toBe(true)
      expect(await pod.del({ ...config, prevResult: added.result }, options)).toSucceed()
      expect(subject.isThere(pod)).toBe(false)
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.del(config, { ...options, netns: '' })).toSucceed()
    })

    test('may ask for versions eighteen times at once, about dummies', async ({ lab }) => {
      const pod = newPod(lab)
      const { host, path } = pod.runtime
      for (const answer of await versionFlood(host, path, subject.type)) {
        expect(answer).toSucceed()
        expect(answer.result).toMatchObject({
          supportedVersions: ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'],
        })
      }
      expect(subject.isThere(pod)).toBe(false)
    })

    test.for([0, 1, 2, 3, 4])(
      'may put its arguments in any order: from pair %i on',
      async (first, { lab }) => {
        const pod = newPod(lab)
        const config = configOf(lab, subject, capitalCamel)
        const options: CallOptions = { args: kubernetesArgs(first) }
        expect(await pod.add(config, options)).toSucceed()
        expect(subject.isThere(pod)).toBe(true)
        expect(await pod.del(config, options)).toSucceed()
        expect(subject.isThere(pod)).toBe(false)
      },
    )
  })
}
