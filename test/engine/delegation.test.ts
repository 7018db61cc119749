import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { CallOutcome, PluginCommand } from '#test/lab/cni-call.ts'
import { type Config, hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { executable, place } from '#test/lab/executable.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'
import type { Pod } from '#test/lab/pod.ts'
import '#test/lab/matchers.ts'

/** How macvlan reaches host-local: through a link to its own file, or through another file. */
const ways = { 'in-process': 'symlink', executed: 'copy' } as const
type Way = keyof typeof ways

/** One pod of one network, whose macvlan delegates in one of the two ways. */
class Setting {
  readonly pod: Pod
  readonly config: Config
  readonly #lab: Lab
  readonly #path: string

  constructor(lab: Lab, way: Way, ipam: Config) {
    this.#lab = lab
    const host: LabNamespace = lab.host()
    lab.cable(host, 'eth0')
    this.pod = lab.pod(host)
    this.#path = join(lab.folder, way)
    place(join(this.#path, 'macvlan'), 'symlink')
    place(join(this.#path, 'host-local'), ways[way])
    const dataDir = join(lab.dataDir(), way)
    this.config = macvlan({ name: 'net', ipam: hostLocal(dataDir, '10.9.0.0/29', ipam) })
  }

  call(command: PluginCommand, keys: Config = {}, more: object = {}): Promise<CallOutcome> {
    const plugin = join(this.#path, 'macvlan')
    const config = { ...this.config, ...keys }
    const options = { plugin, path: [this.#path], containerId: 'one', ...more }
    return this.pod.call(command, config, options)
  }

  /** What is the same in both ways, whatever the paths and hardware addresses are. */
  describe({ status, stdout, stderr }: CallOutcome): object {
    const level = (text: string) =>
      text
        .replaceAll(this.#path, '<path>')
        .replaceAll(join(this.#lab.dataDir(), 'in-process'), '<data>')
        .replaceAll(join(this.#lab.dataDir(), 'executed'), '<data>')
        .replaceAll(this.pod.path, '<pod>')
        .replaceAll(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, '<mac>')
    return { status, stdout: level(stdout), stderr: level(stderr) }
  }
}

const attachment = (containerID: string) => ({ containerID, ifname: 'net1' })

type Scenario = (setting: Setting) => Promise<CallOutcome[]>

/** What an IPAM plugin promises, as seen through the plugin that delegates to it. */
const scenarios: Readonly<Record<string, { ipam?: Config; scenario: Scenario }>> = {
  'gives an address, checks it and frees it, once and again': {
    scenario: async (setting) => {
      const added = await setting.call('ADD')
      const checked = await setting.call('CHECK', { prevResult: added.result })
      return [added, checked, await setting.call('DEL'), await setting.call('DEL')]
    },
  },
  'gives an address of each family': {
    ipam: { ranges: [[{ subnet: '10.9.0.0/29' }], [{ subnet: 'fd00:9::/120' }]] },
    scenario: async (setting) => [await setting.call('ADD')],
  },
  'says what a version of CNI has room for': {
    scenario: async (setting) => {
      const versions = ['0.1.0', '0.2.0', '0.3.1', '0.4.0', '1.0.0']
      const outcomes: CallOutcome[] = []
      for (const cniVersion of versions) {
        outcomes.push(await setting.call('ADD', { cniVersion }), await setting.call('DEL'))
      }
      return outcomes
    },
  },
  'gives the address that is asked for': {
    scenario: async (setting) => [await setting.call('ADD', {}, { args: 'IP=10.9.0.5' })],
  },
  'refuses an attachment that has an address': {
    scenario: async (setting) => [
      await setting.call('ADD'),
      await setting.call('ADD', {}, { ifName: 'net2' }),
      await setting.call('ADD'),
    ],
  },
  'misses an address that it has not given': {
    scenario: async (setting) => {
      const added = await setting.call('ADD')
      const keys = { prevResult: added.result }
      return [await setting.call('CHECK', keys, { containerId: 'other' })]
    },
  },
  'says that it is exhausted': {
    ipam: { ranges: [[{ subnet: '10.9.0.0/30' }]] },
    scenario: async (setting) => [
      await setting.call('STATUS'),
      await setting.call('ADD'),
      await setting.call('STATUS'),
      await setting.call('ADD', {}, { containerId: 'two', ifName: 'net2' }),
    ],
  },
  'collects what no attachment holds any more': {
    scenario: async (setting) => [
      await setting.call('ADD'),
      await setting.call('GC', { 'cni.dev/valid-attachments': [attachment('one')] }),
      await setting.call('ADD', {}, { args: 'IP=10.9.0.2', containerId: 'two', ifName: 'net2' }),
      await setting.call('GC', { 'cni.dev/valid-attachments': [] }),
      await setting.call('ADD', {}, { args: 'IP=10.9.0.2', containerId: 'two', ifName: 'net2' }),
    ],
  },
  'refuses a range that makes no sense': {
    ipam: { ranges: [[{ subnet: '10.9.0.0/29', rangeStart: '10.8.0.1' }]] },
    scenario: async (setting) => [await setting.call('ADD'), await setting.call('DEL')],
  },
  'refuses arguments that make no sense': {
    scenario: async (setting) => [await setting.call('ADD', {}, { args: 'IP=nonsense' })],
  },
  'cannot write where it should': {
    ipam: { dataDir: '/proc/nowhere' },
    scenario: async (setting) => [await setting.call('ADD'), await setting.call('DEL')],
  },
}

describe('host-local, run in the process of macvlan as by itself,', () => {
  test.for(Object.entries(scenarios))('%s', async ([, { ipam = {}, scenario }], { lab }) => {
    const told = { 'in-process': [] as object[], executed: [] as object[] }
    for (const way of ['in-process', 'executed'] as const) {
      const setting = new Setting(lab, way, ipam)
      told[way] = (await scenario(setting)).map((outcome) => setting.describe(outcome))
    }
    expect(told['in-process']).toEqual(told.executed)
  })
})

/** How many programs a call executes, itself among them. */
async function programsOf(lab: Lab, setting: Setting, way: Way): Promise<number> {
  const log = join(lab.folder, `${way}.strace`)
  const under = ['strace', '--follow-forks', '--trace=execve', `--output=${log}`]
  expect(await setting.call('ADD', {}, { under })).toSucceed()
  return readFileSync(log, 'utf8').split('execve(').length - 1
}

test('a link to the same file starts no process, another file does', async ({ lab }) => {
  for (const [way, programs] of [
    ['in-process', 1],
    ['executed', 2],
  ] as const) {
    const setting = new Setting(lab, way, {})
    expect(await programsOf(lab, setting, way)).toBe(programs)
  }
})

test("an operator's own plugin of the name is run instead of ours", async ({ lab }) => {
  const host = lab.host()
  lab.cable(host, 'eth0')
  const pod = lab.pod(host)
  const bin = join(lab.folder, 'own')
  place(join(bin, 'macvlan'), 'symlink', executable)
  lab.executable(
    'own/host-local',
    'echo \'{"cniVersion":"1.1.0","ips":[{"address":"10.4.4.4/24"}]}\'',
  )
  const config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.9.0.0/29') })
  const added = await pod.add(config, { plugin: join(bin, 'macvlan'), path: [bin] })
  expect(added.result?.ips).toMatchObject([{ address: '10.4.4.4/24' }])
})
