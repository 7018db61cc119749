import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dyingHost, isDone } from '#test/lab/dying.ts'
import type { CallChanges } from '#test/lab/fake-network.ts'
import { Network, owner } from './network.ts'

const ipam = {
  ranges: [[{ subnet: '10.1.2.0/28' }, { subnet: '10.1.3.0/29' }], [{ subnet: 'fd00::/124' }]],
}

/** Names and contents of the files that are addresses. */
function reservationsIn(network: Network): readonly (readonly [string, string])[] {
  const taken = network.taken()
  return Object.entries(network.files()).filter(([name]) => taken.includes(name))
}

const other = { '10.1.2.2': owner('other') }

test.each<[string, CallChanges, Readonly<Record<string, string>>]>([
  ['any addresses', {}, {}],
  ['a requested address', { args: 'IP=10.1.3.4' }, {}],
  ['what earlier crashes left', {}, { '10.1.2.3': '', 'fd00::2': '' }],
])(
  'an ADD of %s that dies after any step leaves nothing that DEL does not free',
  async (_, changes, orphans) => {
    const before: Readonly<Record<string, string>> = { ...other, ...orphans }
    let isFinished = false
    let calls = 0
    for (; !isFinished; calls++) {
      const network = new Network(ipam)
      network.put(before)
      isFinished = await isDone(network.add({ ...changes, host: dyingHost(network.host, calls) }))
      for (const [name, content] of reservationsIn(network)) {
        expect([before[name], owner('c1')]).toContain(content)
      }
      await network.del(changes)
      expect(reservationsIn(network)).toEqual(Object.entries(other))
      expect(await network.add(changes)).toHaveLength(2)
    }
    expect(calls).toBeGreaterThan(8)
  },
)

test('a DEL that dies after any step leaves the rest to the next DEL, and the next ADD works', async () => {
  let isFinished = false
  let calls = 0
  for (; !isFinished; calls++) {
    const network = new Network(ipam)
    network.put(other)
    await network.add()
    isFinished = await isDone(network.del({ host: dyingHost(network.host, calls) }))
    for (const [, content] of reservationsIn(network)) expect(content).not.toBe('')
    await network.del()
    expect(reservationsIn(network)).toEqual(Object.entries(other))
    expect(await network.add()).toHaveLength(2)
  }
  expect(calls).toBeGreaterThan(5)
})

/** One call of a runtime that cleans up after failures, as runtimes do, and its sudden death. */
interface Step {
  readonly command: 'ADD' | 'DEL' | 'GC'
  readonly containerId: string
  readonly survivedCalls: number
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  command: fc.constantFrom('ADD', 'ADD', 'DEL', 'GC'),
  containerId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  survivedCalls: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(30)),
})

/** What the runtime believes: who has which addresses, and whose last call failed. */
class Runtime {
  readonly network: Network = new Network(ipam)
  readonly living = new Map<string, readonly string[]>()

  async perform({ command, containerId, survivedCalls }: Step): Promise<void> {
    const host = dyingHost(this.network.host, survivedCalls)
    if (command === 'GC') return this.#collect()
    if (command === 'DEL' || this.living.has(containerId)) {
      this.living.delete(containerId)
      const isDeleted = await isDone(this.network.del({ containerId, host }))
      if (!isDeleted) await this.network.del({ containerId })
    } else {
      const added = await this.network.add({ containerId, host }).catch(() => undefined)
      if (added === undefined) await this.network.del({ containerId })
      else this.living.set(containerId, added)
    }
  }

  async #collect(): Promise<void> {
    const list = [...this.living.keys()].map((id) => ({ containerID: id, ifname: 'net1' }))
    await this.network.gc({ 'cni.dev/valid-attachments': list })
  }
}

test('whatever dies when, everybody keeps exactly the addresses they were given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
      const runtime = new Runtime()
      for (const step of steps) {
        await runtime.perform(step)
        const given = [...runtime.living.values()].flat().map((text) => text.split('/')[0])
        expect(new Set(given).size).toBe(given.length)
        expect([...runtime.network.taken()].sort()).toEqual(given.sort())
      }
    }),
  )
})
