import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { run } from '#test/lab/command.ts'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { CallOptions, Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

const dataDir = '/run/netwright-test-unused'
const ipam = (more: Config = {}) => hostLocal(dataDir, '10.1.2.0/24', more)
const ranges = (...set: Config[]) => ipam({ ranges: [set] })

interface Case {
  readonly what: string
  readonly config?: Config | string
  readonly options?: CallOptions
  readonly code: number
  /** What the message must name: the key or object, and what was expected. */
  readonly text: RegExp
}

const configurations: Case[] = [
  {
    what: 'an unknown mode',
    config: { mode: 'bridged' },
    code: 7,
    text: /^mode: .*passthru.*"bridged"/,
  },
  { what: 'a mode that is no text', config: { mode: 7 }, code: 7, text: /^mode: .*found 7/ },
  {
    what: 'no master where no route tells one',
    config: { master: undefined },
    code: 7,
    text: /^master: .*default route.*found nothing/,
  },
  {
    what: 'a master that does not exist',
    config: { master: 'eth9' },
    code: 7,
    text: /^master: .*"eth9", which does not exist/,
  },
  {
    what: 'an mtu above the master’s',
    config: { mtu: 9000 },
    code: 7,
    text: /^mtu: .*1500.*eth0.*9000/,
  },
  { what: 'a negative mtu', config: { mtu: -1 }, code: 7, text: /^mtu: .*found -1/ },
  { what: 'an mtu with a fraction', config: { mtu: 1.5 }, code: 7, text: /^mtu: .*whole.*1\.5/ },
  { what: 'a hardware address that is none', config: { mac: 'xx' }, code: 7, text: /^mac: .*"xx"/ },
  {
    what: 'a runtimeConfig of the wrong type',
    config: { runtimeConfig: { mac: ['a'] } },
    code: 7,
    text: /^runtimeConfig\.mac: .*hardware address.*\["a"\]/,
  },
  {
    what: 'ipam of the wrong type',
    config: { ipam: 'host-local' },
    code: 7,
    text: /^ipam: .*object/,
  },
  {
    what: 'ipam.type of the wrong type',
    config: { ipam: { type: 3 } },
    code: 7,
    text: /^ipam\.type: /,
  },
  {
    what: 'an IPAM plugin outside CNI_PATH',
    config: { ipam: { type: '../../bin/sh' } },
    code: 7,
    text: /\.\.\/\.\.\/bin\/sh/,
  },
  {
    what: 'ranges that overlap',
    config: {
      ipam: ranges(
        { subnet: '10.1.2.0/24', rangeEnd: '10.1.2.99' },
        { subnet: '10.1.2.0/24', rangeStart: '10.1.2.50' },
      ),
    },
    code: 7,
    text: /^ipam\.ranges\[0\].*10\.1\.2\.1-10\.1\.2\.99.*10\.1\.2\.50-10\.1\.2\.254|^ipam\.ranges\[0\].*10\.1\.2\.50-10\.1\.2\.254.*10\.1\.2\.1-10\.1\.2\.99/,
  },
  {
    what: 'a range that does not fit its subnet',
    config: { ipam: ranges({ subnet: '10.1.2.0/24', rangeStart: '10.1.3.5' }) },
    code: 7,
    text: /^ipam\.ranges\[0\]\[0\]\.rangeStart: .*10\.1\.2\.0\/24.*10\.1\.3\.5/,
  },
  {
    what: 'a subnet with host bits',
    config: { ipam: ranges({ subnet: '10.1.2.3/24' }) },
    code: 7,
    text: /^ipam\.ranges\[0\]\[0\]\.subnet: .*10\.1\.2\.0/,
  },
  {
    what: 'a subnet that is no prefix',
    config: { ipam: ranges({ subnet: { a: 1 } }) },
    code: 7,
    text: /^ipam\.ranges\[0\]\[0\]\.subnet: /,
  },
  {
    what: 'a route of the wrong type',
    config: { ipam: ipam({ routes: [{ dst: 5 }] }) },
    code: 7,
    text: /^ipam\.routes\[0\]\.dst: /,
  },
  { what: 'no name', config: { name: undefined }, code: 7, text: /missing network name/ },
  {
    what: 'a name with a path in it',
    config: { name: '../etc' },
    code: 7,
    text: /network name.*\.\.\/etc/,
  },
  { what: 'a name of the wrong type', config: { name: 5 }, code: 7, text: /name/ },
  { what: 'an unknown version', config: { cniVersion: '9.9.9' }, code: 1, text: /9\.9\.9/ },
  { what: 'malformed JSON', config: '{"cniVersion": "1.0.0", ', code: 6, text: /JSON|json/ },
  { what: 'JSON that is no object', config: '[1]', code: 6, text: /object|array/ },
  { what: 'nothing on standard input', config: '', code: 6, text: /end of/ },
]

const environments: Case[] = [
  {
    what: 'a netns that is a file',
    options: { netns: '/etc/passwd' },
    code: 8,
    text: /\/etc\/passwd/,
  },
  { what: 'a netns that is a folder', options: { netns: '/proc' }, code: 8, text: /\/proc/ },
  {
    what: 'another kind of namespace',
    options: { netns: '/proc/self/ns/uts' },
    code: 8,
    text: /\/proc\/self\/ns\/uts/,
  },
  {
    what: 'a netns that is not there',
    options: { netns: '/run/netns/no' },
    code: 8,
    text: /netns\/no/,
  },
  {
    what: 'an interface name with a slash',
    options: { ifName: 'a/b' },
    code: 4,
    text: /interface name/,
  },
  { what: 'a long interface name', options: { ifName: 'a'.repeat(16) }, code: 4, text: /too long/ },
  {
    what: 'a container id with a path in it',
    options: { containerId: '../x' },
    code: 4,
    text: /containerID.*\.\.\/x/,
  },
  {
    what: 'CNI_ARGS that are no pairs',
    options: { args: 'MAC' },
    code: 4,
    text: /ARGS: invalid pair "MAC"/,
  },
  { what: 'a MAC in CNI_ARGS that is none', options: { args: 'MAC=7' }, code: 4, text: /MAC=7/ },
  { what: 'an unknown key in CNI_ARGS', options: { args: 'K8S=a' }, code: 4, text: /K8S=a/ },
]

function podOn(lab: Lab): Pod {
  const host = lab.host()
  lab.cable(host, 'eth0')
  return lab.pod(host)
}

describe('an ADD is refused and leaves nothing behind for', () => {
  for (const { what, config = {}, options = {}, code, text } of [
    ...configurations,
    ...environments,
  ]) {
    test(what, async ({ lab }) => {
      const pod = podOn(lab)
      const before = pod.runtime.host.linkNames()
      const whole = typeof config === 'string' ? config : macvlan({ ipam: ipam(), ...config })
      const added = await pod.call('ADD', whole, { plugin: 'macvlan', ...options })
      expect(added).toFailWith(code, text)
      expect(pod).toHaveOnlyLinks()
      expect(pod.runtime.host.linkNames()).toEqual(before)
      expect(pod.run('sh', '-c', `ls ${dataDir} 2>/dev/null || true`)).toBe('')
    })
  }
})

test('every missing variable is named at once', async ({ lab }) => {
  const pod = podOn(lab)
  const added = await pod.add(macvlan(), { netns: '', ifName: '', containerId: '' })
  expect(added).toFailWith(4, '[CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME]')
})

test('a call by hand, without CNI_COMMAND, is told what this is', async ({ lab }) => {
  const said = await run([join(lab.pluginFolder(), 'macvlan')], { environment: {} })
  expect(said).toMatchObject({ status: 0, stdout: '' })
  expect(said.stderr).toMatch(/^CNI macvlan plugin netwright .*\n.*0\.1\.0, .*1\.1\.0\n$/)
})
