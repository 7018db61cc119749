/** What every IPAM plugin promises; its test file calls this and adds its own. */

import { describe, expect } from 'vitest'
import type { PluginEntry } from '#cni/plugin.ts'
import type { CallOutcome, PluginCall, PluginCommand } from '#test/lab/cni-call.ts'
import { callPlugin } from '#test/lab/cni-call.ts'
import { type Config, uniqueNetwork } from '#test/lab/config-builders.ts'
import { injectedFault } from '#test/lab/faults.ts'
import { callWatched } from '#test/lab/in-process.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

export interface IpamSubject {
  readonly plugin: PluginEntry
  /** An `ipam` section with room for two attachments at least, and two families when asked. */
  ipam(lab: Lab, families: 'one' | 'both'): Config
  /** The addresses that the plugin's own records show as taken in a network. */
  taken(lab: Lab, network: string): readonly string[]
}

/** A network and its runtime. */
class Network {
  readonly name: string = uniqueNetwork()
  readonly #lab: Lab
  readonly #plugin: PluginEntry
  readonly #ipam: Config
  readonly #host: ReturnType<Lab['host']>

  constructor(lab: Lab, plugin: PluginEntry, ipam: Config) {
    this.#lab = lab
    this.#plugin = plugin
    this.#ipam = ipam
    this.#host = lab.host()
  }

  request(command: PluginCommand, containerId: string, more: Config = {}): PluginCall {
    return {
      command,
      containerId,
      plugin: this.#plugin.type,
      host: this.#host,
      netns: '/run/netns/unused',
      ifName: 'net1',
      path: [this.#lab.pluginFolder()],
      config: {
        cniVersion: '1.1.0',
        name: this.name,
        type: 'macvlan',
        ipam: { ...this.#ipam, type: this.#plugin.type },
        ...more,
      },
    }
  }

  call(command: PluginCommand, containerId: string, more?: Config): Promise<CallOutcome> {
    return callPlugin(this.request(command, containerId, more))
  }
}

const addressesOf = (call: CallOutcome) => call.result?.ips?.map((ip) => ip.address)

export function ipamContract(subject: IpamSubject): void {
  const networkOf = (lab: Lab, families: 'one' | 'both' = 'one') =>
    new Network(lab, subject.plugin, subject.ipam(lab, families))

  describe(`${subject.plugin.type} as an IPAM plugin`, () => {
    test('gives each attachment an address of its own', async ({ lab }) => {
      const network = networkOf(lab)
      const first = await network.call('ADD', 'first')
      const second = await network.call('ADD', 'second')
      expect(first).toSucceed()
      expect(second).toSucceed()
      expect(addressesOf(first)).toHaveLength(1)
      expect(addressesOf(first)).not.toEqual(addressesOf(second))
      expect(first.result).not.toHaveProperty('interfaces')
    })

    test('gives an address of each family', async ({ lab }) => {
      const both = addressesOf(await networkOf(lab, 'both').call('ADD', 'first'))
      expect(both?.map((address) => address.includes(':'))).toEqual([false, true])
    })

    test('frees what it gave, once and again', async ({ lab }) => {
      const network = networkOf(lab, 'both')
      expect(await network.call('DEL', 'first')).toSucceed()
      expect(await network.call('ADD', 'first')).toSucceed()
      expect(subject.taken(lab, network.name)).toHaveLength(2)
      expect(await network.call('DEL', 'first')).toSucceed()
      expect(subject.taken(lab, network.name)).toEqual([])
      expect(await network.call('DEL', 'first')).toSucceed()
    })

    test('checks that an attachment has its address', async ({ lab }) => {
      const network = networkOf(lab)
      const added = await network.call('ADD', 'first')
      const prevResult = added.result
      expect(await network.call('CHECK', 'first', { prevResult })).toSucceed()
      expect(await network.call('CHECK', 'second', { prevResult })).toFailWith(999, 'second')
    })

    test('collects what no attachment holds any more, and nothing else', async ({ lab }) => {
      const network = networkOf(lab)
      for (const id of ['first', 'second']) expect(await network.call('ADD', id)).toSucceed()
      const before = subject.taken(lab, network.name)
      const both = [
        { containerID: 'first', ifname: 'net1' },
        { containerID: 'second', ifname: 'net1' },
      ]
      expect(await network.call('GC', '', { 'cni.dev/valid-attachments': both })).toSucceed()
      expect(subject.taken(lab, network.name)).toEqual(before)
      const one = both.slice(0, 1)
      expect(await network.call('GC', '', { 'cni.dev/valid-attachments': one })).toSucceed()
      expect(subject.taken(lab, network.name)).toHaveLength(1)
      const prevResult = { cniVersion: '1.1.0' }
      expect(await network.call('CHECK', 'first', { prevResult })).toSucceed()
    })

    test('is ready while it has addresses', async ({ lab }) => {
      expect(await networkOf(lab).call('STATUS', '')).toSucceed()
    })

    test('has given nothing, whichever of its calls to the host fails', async ({ lab }) => {
      const network = networkOf(lab, 'both')
      const add = network.request('ADD', 'first')
      const good = await callWatched(subject.plugin, add)
      expect(good).toMatchObject({ status: 0 })
      await callWatched(subject.plugin, network.request('DEL', 'first'))
      const count = good.calls.length
      for (let faultAt = 1; faultAt <= count; faultAt += 1) {
        const failed = await callWatched(subject.plugin, add, faultAt)
        const what = `call ${faultAt} of ${count}, ${good.calls[faultAt - 1]}`
        expect(failed.status, what).toBe(1)
        expect(JSON.stringify(failed.error), what).toContain(injectedFault)
        expect(subject.taken(lab, network.name), what).toEqual([])
      }
      expect(await callWatched(subject.plugin, add)).toMatchObject({ status: 0 })
    })
  })
}
