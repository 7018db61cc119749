/** What every plugin that makes an interface promises; its test file calls this and adds its own. */

import { describe, expect } from 'vitest'
import type { PluginEntry } from '#cni/plugin.ts'
import type { Config } from '#test/lab/config-builders.ts'
import { hostLocal } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

export interface PluginSubject {
  readonly plugin: PluginEntry
  /** The kind of link it makes. */
  readonly kind: string
  /** Whether it refuses to make a link without addresses. */
  readonly needsIpam?: boolean
  /** Readies a host and returns a valid configuration without `ipam`. */
  prepare(lab: Lab, host: LabNamespace): Config
}

const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']
const versionsWithCheck = ['0.4.0', '1.0.0', '1.1.0']

interface Scene {
  readonly pod: Pod
  readonly config: Config
}

export function pluginContract(subject: PluginSubject): void {
  const scene = (lab: Lab, more: Config = {}): Scene => {
    const host = lab.host()
    const config = {
      ...subject.prepare(lab, host),
      ipam: {
        ...hostLocal(lab.dataDir(), '10.5.0.0/24'),
        routes: [{ dst: '10.6.0.0/16' }, { dst: '0.0.0.0/0', priority: 77 }],
      },
      ...more,
    }
    return { pod: lab.pod(host), config }
  }

  describe(`${subject.plugin.type} as a plugin`, () => {
    test.for(versions)('adds, checks and deletes at %s', async (cniVersion, { lab }) => {
      const { pod, config } = scene(lab, { cniVersion })
      const added = await pod.add(config)
      expect(added).toSucceed()
      expect(added.result).toMatchObject({ cniVersion })
      expect(pod).toHaveLink('net1', { kind: subject.kind, isUp: true })
      expect(pod).toHaveAddress('net1', '10.5.0.2/24')
      if (versionsWithCheck.includes(cniVersion)) {
        expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
      }
      expect(await pod.del({ ...config, prevResult: added.result })).toSucceed()
      expect(pod).toHaveOnlyLinks()
      expect(lab.takenAddresses(config.name)).toEqual([])
    })

    test('deletes what is already gone, and what was never there', async ({ lab }) => {
      const { pod, config } = scene(lab)
      expect(await pod.del(config)).toSucceed()
      expect(await pod.add(config)).toSucceed()
      expect(await pod.del(config)).toSucceed()
      expect(await pod.del(config)).toSucceed()
    })

    test('gives the address back without a sandbox', async ({ lab }) => {
      const { pod, config } = scene(lab)
      expect(await pod.add(config)).toSucceed()
      expect(lab.takenAddresses(config.name)).toHaveLength(1)
      expect(await pod.del(config, { netns: '' })).toSucceed()
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.del(config, { netns: '/run/netns/nobody' })).toSucceed()
    })

    if (subject.needsIpam === true) {
      test('refuses to go without ipam, and deletes without it', async ({ lab }) => {
        const { pod, config } = scene(lab, { ipam: {} })
        expect(await pod.add(config)).toFailWith(7, 'ipam.type')
        expect(pod).toHaveOnlyLinks()
        expect(await pod.del(config)).toSucceed()
      })
    } else {
      test('makes a bare link that is up when there is no ipam', async ({ lab }) => {
        const { pod, config } = scene(lab, { ipam: {} })
        const added = await pod.add(config)
        expect(added).toSucceed()
        expect(pod).toHaveLink('net1', { kind: subject.kind, isUp: true })
        expect(pod.addressTexts('net1')).toEqual([])
        expect(await pod.check({ ...config, prevResult: added.result })).toSucceed()
        expect(await pod.del(config)).toSucceed()
        expect(pod).toHaveOnlyLinks()
      })

      test('undoes an ADD whose result its version has no words for', async ({ lab }) => {
        const { pod, config } = scene(lab, { ipam: {}, cniVersion: '0.2.0' })
        expect(await pod.add(config)).toFailWith(7, 'cniVersion 0.3.0 or newer')
        expect(pod).toHaveOnlyLinks()
      })
    }

    test('ignores keys it does not know', async ({ lab }) => {
      const { pod, config } = scene(lab, { colour: 'blue', capabilities: { tea: true } })
      expect(await pod.add(config)).toSucceed()
    })

    test('leaves a link alone that has the name already', async ({ lab }) => {
      const { pod, config } = scene(lab)
      pod.ip('link', 'add', 'net1', 'type', 'bridge')
      expect(await pod.add(config)).toFailWith(999, 'net1')
      expect(pod).toHaveLink('net1', { kind: 'bridge' })
      expect(pod).toHaveOnlyLinks('net1')
      expect(lab.takenAddresses(config.name)).toEqual([])
      expect(await pod.del(config)).toSucceed()
      expect(pod).toHaveLink('net1', { kind: 'bridge' })
    })

    test('refuses its own namespace as the sandbox before touching it', async ({ lab }) => {
      const { pod, config } = scene(lab)
      const before = pod.runtime.host.linkNames()
      const added = await pod.add(config, { netns: pod.runtime.host.path })
      expect(added).toFailWith(8, 'should not be the same')
      expect(pod.runtime.host.linkNames()).toEqual(before)
      expect(lab.takenAddresses(config.name)).toEqual([])
    })
  })

  describe(`${subject.plugin.type} above an IPAM plugin`, () => {
    const withIpam = (lab: Lab, script: string): Scene => {
      const { pod, config } = scene(lab, { ipam: { type: 'other' } })
      lab.executable('bin/other', script)
      return { pod, config }
    }

    test('passes the error of the IPAM plugin on and undoes the link', async ({ lab }) => {
      const said = '{"code":123,"msg":"no more addresses","details":"of 254"}'
      const { pod, config } = withIpam(lab, `echo '${said}'; exit 1`)
      const added = await pod.add(config)
      expect(added.error).toEqual(JSON.parse(said))
      expect(pod).toHaveOnlyLinks()
    })

    test.for([
      ['says nothing', 'exit 0'],
      ['says something else than JSON', 'echo hello'],
      ['answers without an address', `echo '{"cniVersion":"1.0.0"}'`],
      ['answers an address that is none', `echo '{"cniVersion":"1.0.0","ips":[{"address":7}]}'`],
      ['is killed', 'kill -9 $$'],
      ['fails without a word', 'exit 3'],
    ] as const)('undoes the link when it %s', async ([, script], { lab }) => {
      const { pod, config } = withIpam(lab, script)
      const added = await pod.add(config)
      expect(added.status).toBe(1)
      expect(added.error?.msg, added.stdout).toMatch(/./)
      expect(pod).toHaveOnlyLinks()
    })

    test('names the folders it looked in when there is no such plugin', async ({ lab }) => {
      const { pod, config } = scene(lab, { ipam: { type: 'nowhere' } })
      expect(await pod.add(config)).toFailWith(7, lab.pluginFolder())
      expect(pod).toHaveOnlyLinks()
    })

    test('forwards GC and STATUS, with what they need', async ({ lab }) => {
      const log = `${lab.folder}/log`
      const { pod, config } = withIpam(lab, `echo "$CNI_COMMAND $(cat)" >> ${log}`)
      const attachments = [{ containerID: 'x', ifname: 'net1' }]
      const gc = { ...config, 'cni.dev/valid-attachments': attachments }
      expect(await pod.gc(gc)).toSucceed()
      expect(await pod.status(config)).toSucceed()
      const [first, second] = pod.run('cat', log).trim().split('\n')
      expect(first).toBe(`GC ${JSON.stringify(gc)}`)
      expect(second).toBe(`STATUS ${JSON.stringify(config)}`)
    })
  })
}
