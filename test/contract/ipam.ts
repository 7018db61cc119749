/** What every IPAM plugin promises; its test file calls this and adds its own. */

import { describe, expect } from 'vitest'
import type { PluginEntry } from '#cni/plugin.ts'
import { injectedFault } from '#test/lab/faults.ts'
import { callWatched } from '#test/lab/in-process.ts'
import { addressesOf, type IpamNetwork } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

export interface IpamSubject {
  readonly plugin: PluginEntry
  /** A network of version 1.1.0 that gives one address, or one of each family when asked. */
  network(lab: Lab, families: Families): IpamNetwork | Promise<IpamNetwork>
}

/** An IPAM plugin that keeps records of whose an address is; there is room for two at least. */
export interface PoolSubject extends IpamSubject {
  /** The addresses that the plugin's own records show as taken in a network. */
  taken(lab: Lab, network: string): readonly string[]
}

type Families = 'one' | 'both'

export function ipamContract(subject: IpamSubject): void {
  givingContract(subject)

  describe(`${subject.plugin.type} when its calls to the host fail`, () => {
    test('gives nothing when a call of its own to the host fails', async ({ lab }) => {
      await failEachCall(subject, await subject.network(lab, 'both'), () => {})
    })
  })
}

/** What holds of plugins, too, that have somebody else do the work. */
export function givingContract(subject: IpamSubject): void {
  describe(`${subject.plugin.type} as an IPAM plugin`, () => {
    test('gives an address, and names no interface', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      const added = await network.add('first')
      expect(added).toSucceed()
      expect(addressesOf(added)).toHaveLength(1)
      expect(added.result).not.toHaveProperty('interfaces')
    })

    test('gives an address of each family', async ({ lab }) => {
      const network = await subject.network(lab, 'both')
      const both = addressesOf(await network.add('first'))
      expect(both.map((address) => address.includes(':'))).toEqual([false, true])
    })

    test('takes back what it gave and what it never gave, once and again', async ({ lab }) => {
      const network = await subject.network(lab, 'both')
      expect(await network.del('first')).toSucceed()
      expect(await network.add('first')).toSucceed()
      expect(await network.del('first')).toSucceed()
      expect(await network.del('first')).toSucceed()
      expect(await network.add('first')).toSucceed()
    })

    test('checks what it gave', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      const { result: prevResult } = await network.add('first')
      expect(await network.check('first', { keys: { prevResult } })).toSucceed()
    })

    test('collects with a list of attachments', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      expect(await network.gc({ keys: { 'cni.dev/valid-attachments': [] } })).toSucceed()
    })

    test('is ready while it has addresses', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      expect(await network.status()).toSucceed()
    })
  })
}

export function poolContract(subject: PoolSubject): void {
  ipamContract(subject)
  keepingContract(subject)

  describe(`${subject.plugin.type} as a pool when its calls to the host fail`, () => {
    test('has taken nothing, whichever of its calls to the host fails', async ({ lab }) => {
      const network = await subject.network(lab, 'both')
      await failEachCall(subject, network, (what) => {
        expect(subject.taken(lab, network.name), what).toEqual([])
      })
    })
  })
}

/** What holds of pools, too, that somebody else keeps. */
export function keepingContract(subject: PoolSubject): void {
  describe(`${subject.plugin.type} as a pool of addresses`, () => {
    test('gives each attachment an address of its own', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      const first = await network.add('first')
      const second = await network.add('second')
      expect(first).toSucceed()
      expect(second).toSucceed()
      expect(addressesOf(first)).not.toEqual(addressesOf(second))
    })

    test('frees what it gave', async ({ lab }) => {
      const network = await subject.network(lab, 'both')
      expect(await network.add('first')).toSucceed()
      expect(subject.taken(lab, network.name)).toHaveLength(2)
      expect(await network.del('first')).toSucceed()
      expect(subject.taken(lab, network.name)).toEqual([])
    })

    test('checks that an attachment has its address', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      const { result: prevResult } = await network.add('first')
      expect(await network.check('second', { keys: { prevResult } })).toFailWith(999, 'second')
    })

    test('collects what no attachment holds any more, and nothing else', async ({ lab }) => {
      const network = await subject.network(lab, 'one')
      const added = await network.add('first')
      for (const call of [added, await network.add('second')]) expect(call).toSucceed()
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
      const keys = { prevResult: added.result }
      expect(await network.check('first', { keys })).toSucceed()
    })
  })
}

/** Repeats a good ADD with its first, second, ... last call to the ports failing. */
async function failEachCall(
  { plugin }: IpamSubject,
  network: IpamNetwork,
  verify: (what: string) => void,
): Promise<void> {
  const add = network.request('ADD', 'first')
  const good = await callWatched(plugin, add)
  expect(good).toMatchObject({ status: 0 })
  await callWatched(plugin, network.request('DEL', 'first'))
  const count = good.calls.length
  for (let faultAt = 1; faultAt <= count; faultAt += 1) {
    const failed = await callWatched(plugin, add, faultAt)
    const what = `call ${faultAt} of ${count}, ${good.calls[faultAt - 1]}`
    expect(failed.status, what).toBe(1)
    expect(JSON.stringify(failed.error), what).toContain(injectedFault)
    verify(what)
  }
  expect(await callWatched(plugin, add)).toMatchObject({ status: 0 })
}
