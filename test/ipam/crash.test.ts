import { watch } from 'node:fs'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { CallOutcome } from '#test/lab/cni-call.ts'
import { runSync } from '#test/lab/command.ts'
import { hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { addressesOf, IpamNetwork, ownerText } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

/**
 * When a process is killed: after a share of the time that such processes live, or as soon as a
 * network's folder has changed so many times, which hits it among its writes.
 */
type Death = { readonly share: number } | { readonly changes: number } | undefined

const anyDeath: fc.Arbitrary<Death> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.record({ share: fc.double({ min: 0.5, max: 1.1, noNaN: true }) }) },
  { weight: 3, arbitrary: fc.record({ changes: fc.integer({ min: 1, max: 20 }) }) },
)

/** Kills processes, and counts them. */
class Reaper {
  killed = 0
  readonly #lives = [100]
  readonly #waiting = new Map<AbortController, number>()

  /** Starts to count the changes of a folder. */
  watch(lab: Lab, folder: string): void {
    const watcher = watch(folder, () => this.#onChange())
    lab.afterwards(() => watcher.close())
  }

  /** Has a call die as it shall. */
  async perform(
    death: Death,
    call: (signal: AbortSignal) => Promise<CallOutcome>,
  ): Promise<CallOutcome> {
    const began = performance.now()
    const outcome = await call(this.#signalFor(death))
    if (outcome.status === null) this.killed += 1
    else this.#lives.push(performance.now() - began)
    return outcome
  }

  #signalFor(death: Death): AbortSignal {
    const controller = new AbortController()
    if (death === undefined) return controller.signal
    if ('share' in death) {
      return AbortSignal.timeout(Math.round(death.share * this.#typicalLifeMs()))
    }
    this.#waiting.set(controller, death.changes)
    return controller.signal
  }

  #typicalLifeMs(): number {
    const recent = this.#lives.slice(-9).sort((a, b) => a - b)
    return recent[Math.floor(recent.length / 2)] ?? 0
  }

  #onChange(): void {
    for (const [controller, changesLeft] of this.#waiting) {
      this.#waiting.set(controller, changesLeft - 1)
      if (changesLeft > 1) continue
      this.#waiting.delete(controller)
      controller.abort()
    }
  }
}

/** A call of a runtime. */
interface Step {
  readonly command: 'ADD' | 'DEL'
  readonly id: string
  readonly death: Death
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  command: fc.constantFrom('ADD', 'ADD', 'DEL'),
  id: fc.constantFrom(...'abcdefghijkl'),
  death: anyDeath,
})

/** What a runtime believes of a network, from what it has been told. */
class Runtime {
  readonly network: IpamNetwork
  readonly reaper = new Reaper()
  /** The containers whose ADD succeeded, with their addresses, until somebody calls DEL. */
  readonly living = new Map<string, readonly string[]>()
  /** How many killed calls had reserved addresses that nobody was told of. */
  untold = 0

  constructor(network: IpamNetwork) {
    this.network = network
  }

  /** Has steps of different containers happen at once. */
  async perform(steps: readonly Step[]): Promise<void> {
    const before = new Set(Object.values(this.network.contents()))
    const outcomes = await Promise.all(steps.map((step) => this.#performOne(step)))
    const after = Object.values(this.network.contents())
    for (const [index, { command, id }] of steps.entries()) {
      const isNew = after.includes(ownerText(id)) && !before.has(ownerText(id))
      if (command === 'ADD' && outcomes[index]?.status === null && isNew) this.untold += 1
    }
  }

  async #performOne({ command, id, death }: Step): Promise<CallOutcome> {
    const outcome = await this.reaper.perform(death, (signal) =>
      this.network.call(command, id, { signal }),
    )
    if (command === 'DEL') this.living.delete(id)
    if (outcome.status === null) return outcome
    if (command === 'DEL') expect(outcome).toSucceed()
    else if (outcome.status === 1) expect(outcome).toFailWith(999, 'already holds')
    else this.living.set(id, addressesOf(outcome))
    return outcome
  }

  /** The promises of a store, whoever died in it. */
  expectPromises(): void {
    const given = [...this.living].flatMap(([id, addresses]) =>
      addresses.map((address) => [address.replace(/\/.*/, ''), ownerText(id)]),
    )
    const contents = this.network.contents()
    expect(new Set(given.map(([address]) => address)).size).toBe(given.length)
    expect(contents).toMatchObject(Object.fromEntries(given))
    const { '.netwright.tmp': _debris, ...files } = contents
    for (const [name, content] of Object.entries(files)) {
      const isNote = name.startsWith('last_reserved_ip.')
      expect(content, name).toMatch(isNote ? /^(10\.7\.0\.|fd00:7::)\w+$/ : /^[a-l]\r\nnet1$/)
    }
  }
}

describe('killing host-local in 500 calls', () => {
  const rounds = fc.uniqueArray(anyStep, { selector: ({ id }) => id, minLength: 4, maxLength: 4 })

  test('leaves nothing that DEL does not free', { timeout: 180_000 }, async ({ lab }) => {
    const ranges = [[{ subnet: '10.7.0.0/27' }], [{ subnet: 'fd00:7::/120' }]]
    const network = new IpamNetwork(lab, { ranges })
    const runtime = new Runtime(network)
    await network.give('l')
    expect(await network.del('l')).toSucceed()
    runtime.reaper.watch(lab, network.folder)
    for (const round of fc.sample(rounds, { seed: 5, numRuns: 125 })) {
      await runtime.perform(round)
      runtime.expectPromises()
    }
    expect(runtime.reaper.killed).toBeGreaterThan(150)
    expect(runtime.untold).toBeGreaterThan(20)

    runSync(['flock', '--nonblock', `${network.folder}/lock`, 'true'])
    expect(await network.give('fresh')).toHaveLength(2)
    for (const id of ['fresh', ...'abcdefghijkl']) expect(await network.del(id)).toSucceed()
    expect(Object.keys(network.contents())).toEqual(['last_reserved_ip.0', 'last_reserved_ip.1'])
  })
})

describe('killing macvlan and what it calls', () => {
  test('leaves nothing that DEL does not remove', { timeout: 120_000 }, async ({ lab }) => {
    const host = lab.host()
    lab.cable(host, 'eth0')
    const pods = Array.from({ length: 4 }, () => lab.pod(host))
    const config = macvlan({ ipam: hostLocal(lab.dataDir(), '10.7.0.0/27') })
    for (const pod of pods) expect(await pod.add(config)).toSucceed()
    for (const pod of pods) expect(await pod.del(config)).toSucceed()
    const reaper = new Reaper()
    reaper.watch(lab, `${lab.dataDir()}/${String(config.name)}`)

    const deaths = fc.array(fc.tuple(anyDeath, anyDeath), { minLength: 4, maxLength: 4 })
    for (const round of fc.sample(deaths, { seed: 7, numRuns: 12 })) {
      await Promise.all(
        pods.map(async (pod, index) => {
          const [adding, deleting] = round[index] ?? []
          await reaper.perform(adding, (signal) => pod.add(config, { signal }))
          await reaper.perform(deleting, (signal) => pod.del(config, { signal }))
          expect(await pod.del(config)).toSucceed()
          expect(pod).toHaveOnlyLinks()
        }),
      )
      expect(lab.takenAddresses(config.name).filter((name) => name !== '.netwright.tmp')).toEqual(
        [],
      )
    }
    expect(reaper.killed).toBeGreaterThan(24)
    expect(host).toHaveOnlyLinks('eth0')
    for (const pod of pods) expect(await pod.add(config)).toSucceed()
  })
})
