/** What every IPAM plugin promises; its test file calls this and adds its own. */

import { describe, expect } from 'vitest'
import type { PluginEntry } from '#cni/plugin.ts'
import type { Config } from '#test/lab/config-builders.ts'
import { injectedFault } from '#test/lab/faults.ts'
import { callWatched } from '#test/lab/in-process.ts'
import { addressesOf, IpamNetwork } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

export interface IpamSubject {
  readonly plugin: PluginEntry
  /** An `ipam` section with room for two attachments at least, and two families when asked. */
  ipam(lab: Lab, families: 'one' | 'both'): Config
  /** The addresses that the plugin's own records show as taken in a network. */
  taken(lab: Lab, network: string): readonly string[]
}

export function ipamContract(subject: IpamSubject): void {
  const networkOf = (lab: Lab, families: 'one' | 'both' = 'one') => {
    const ipam = { ...subject.ipam(lab, families), type: subject.plugin.type }
    return new IpamNetwork(lab, ipam, { cniVersion: '1.1.0' })
  }

  describe(`${subject.plugin.type} as an IPAM plugin`, () => {
    test('gives each attachment an address of its own', async ({ lab }) => {
      const network = networkOf(lab)
      const first = await network.add('first')
      const second = await network.add('second')
      expect(first).toSucceed()
      expect(second).toSucceed()
      expect(addressesOf(first)).toHaveLength(1)
      expect(addressesOf(first)).not.toEqual(addressesOf(second))
      expect(first.result).not.toHaveProperty('interfaces')
    })

    test('gives an address of each family', async ({ lab }) => {
      const both = addressesOf(await networkOf(lab, 'both').add('first'))
      expect(both.map((address) => address.includes(':'))).toEqual([false, true])
    })

    test('frees what it gave, once and again', async ({ lab }) => {
      const network = networkOf(lab, 'both')
      expect(await network.del('first')).toSucceed()
      expect(await network.add('first')).toSucceed()
      expect(subject.taken(lab, network.name)).toHaveLength(2)
      expect(await network.del('first')).toSucceed()
      expect(subject.taken(lab, network.name)).toEqual([])
      expect(await network.del('first')).toSucceed()
    })

    test('checks that an attachment has its address', async ({ lab }) => {
      const network = networkOf(lab)
      const added = await network.add('first')
      const prevResult = added.result
      expect(await network.check('first', { keys: { prevResult } })).toSucceed()
      expect(await network.check('second', { keys: { prevResult } })).toFailWith(999, 'second')
    })

    test('collects what no attachment holds any more, and nothing else', async ({ lab }) => {
      const network = networkOf(lab)
      for (const id of ['first', 'second']) expect(await network.add(id)).toSucceed()
      const before = subject.taken(lab, network.name)
      const both = [
        { containerID: 'first', ifname: 'net1' },
        { containerID: 'second', ifname: 'net1' },
      ]
      expect(await network.gc({ keys: { 'cni.dev/valid-attachments': both } })).toSucceed()
      expect(subject.taken(lab, network.name)).toEqual(before)
      const one = both.slice(0, 1)
      expect(await network.gc({ keys: { 'cni.dev/valid-attachments': one } })).toSucceed()
      expect(subject.taken(lab, network.name)).toHaveLength(1)
      const prevResult = { cniVersion: '1.1.0' }
      expect(await network.check('first', { keys: { prevResult } })).toSucceed()
    })

    test('is ready while it has addresses', async ({ lab }) => {
      expect(await networkOf(lab).status()).toSucceed()
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
