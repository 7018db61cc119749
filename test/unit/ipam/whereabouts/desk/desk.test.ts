import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeHost } from '#host/node.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Datastore } from '#ipam/whereabouts/datastores/datastore.ts'
import { DatastoreError } from '#ipam/whereabouts/datastores/datastore-error.ts'
import { Deadline } from '#ipam/whereabouts/deadline.ts'
import { atDesks } from '#ipam/whereabouts/desk/at-desks.ts'
import type { AllocationOrder } from '#ipam/whereabouts/pool/allocation.ts'
import { readAllocations } from '#ipam/whereabouts/pool/allocation-entries.ts'
import { applyChange } from '#ipam/whereabouts/pool/apply-change.ts'
import { rangeOf } from '#test/unit/ipam/whereabouts/pools.ts'

const range = rangeOf({ range: '10.0.0.0/24', exclude: ['10.0.0.3'] })
const key = { range: range.subnet }
const pool = '10.0.0.0-24'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netwright-desk-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** A pool in memory whose writes wait until they are let through. */
class SlowPool {
  entries: Readonly<Record<string, unknown>> = {}
  writes = 0
  /** Of the next write that nobody is faster than. */
  failure: Error | undefined
  /** How often somebody else will have been faster. */
  rivals = 0
  #open: () => void = () => {}
  readonly #gate: Promise<void>

  constructor(isOpen = false) {
    this.#gate = isOpen ? Promise.resolve() : new Promise((resolve) => (this.#open = resolve))
  }

  letThrough(): void {
    this.#open()
  }

  get datastore(): Datastore {
    const updatePool: Datastore['updatePool'] = async (_, decide) => {
      const { outcome, change } = await decide(readAllocations(this.entries))
      this.writes += 1
      await this.#gate
      if (this.rivals-- > 0) return await updatePool(key, decide)
      const { failure } = this
      this.failure = undefined
      if (failure !== undefined) throw failure
      if (change !== undefined) this.entries = applyChange(this.entries, change)
      return outcome
    }
    const datastore: Pick<Datastore, 'updatePool'> = { updatePool }
    return datastore as Datastore
  }
}

/** What a process of the node sees. */
function processOf(slow: SlowPool, { processId = process.pid, timeMs = 30_000 } = {}) {
  const host = { ...nodeHost(), processId }
  const deadline = new Deadline(host, timeMs)
  return atDesks({ host, datastore: slow.datastore, deadline, folder })
}

function orderOf(pod: string, more: Partial<AllocationOrder> = {}): AllocationOrder {
  const holder = { containerId: `c-${pod}`, podRef: `ns/${pod}`, ifName: 'net1' }
  return { range, holder, blocked: new Set(), nowMs: 1_000_000, ...more }
}

const filesOf = () =>
  readdirSync(join(folder, pool)).filter((name) => /\.(ask|taken|answer)$/.test(name))

/** Until so many orders wait. */
async function waiting(count: number): Promise<void> {
  await expect.poll(() => filesOf().filter((name) => name.endsWith('.ask'))).toHaveLength(count)
}

test('one process does what others wait for, in one write', async () => {
  const slow = new SlowPool()
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const names = Array.from({ length: 10 }, (_, index) => `pod${index}`)
  const others = names.map((name) => processOf(slow).allocate(key, orderOf(name)))
  await waiting(10)
  slow.letThrough()
  const answers = await Promise.all([first, ...others])
  const addresses = answers.map((answer) => answer.kind === 'given' && `${answer.address}`)
  expect(new Set(addresses).size).toBe(11)
  expect(addresses).not.toContain('10.0.0.3')
  expect(slow.writes).toBe(2)
  expect(Object.keys(slow.entries)).toHaveLength(11)
  expect(filesOf()).toEqual([])
})

test('what is freed and what is wanted come together', async () => {
  const slow = new SlowPool()
  slow.entries = { 5: { id: 'c-old', podref: 'ns/old', ifname: 'net1' } }
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const freeing = processOf(slow).free(key, {
    containerId: 'c-old',
    ifName: 'net1',
    podRef: '',
    range: key.range,
    addresses: [parseIpAddress('10.0.0.5')],
    reuseDelayMs: 0,
    nowMs: 1_000_000,
  })
  const wanted = parseIpAddress('10.0.0.77')
  const wanting = processOf(slow).allocate(key, orderOf('second', { wanted }))
  const blocked = new Set([1n, 2n])
  const blocking = processOf(slow).allocate(key, orderOf('third', { blocked }))
  await waiting(3)
  slow.letThrough()
  await first
  expect(await freeing).toEqual([{ address: parseIpAddress('10.0.0.5'), podRef: 'ns/old' }])
  expect(await wanting).toEqual({ kind: 'given', address: wanted })
  expect(await blocking).toEqual({ kind: 'given', address: parseIpAddress('10.0.0.4') })
  expect(Object.keys(slow.entries)).toEqual(['1', '4', '77'])
})

test('orders that come while other nodes are faster are done with the next attempt', async () => {
  const slow = new SlowPool()
  slow.rivals = 1
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const others = ['a', 'b'].map((pod) => processOf(slow).allocate(key, orderOf(pod)))
  await waiting(2)
  slow.letThrough()
  await Promise.all([first, ...others])
  expect(slow.writes).toBe(2)
  expect(Object.keys(slow.entries)).toHaveLength(3)
})

test('a range without room is told to each who asked', async () => {
  const small = rangeOf({ range: '10.0.0.0/30' })
  const slow = new SlowPool()
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const others = ['a', 'b'].map((pod) =>
    processOf(slow).allocate(key, orderOf(pod, { range: small })),
  )
  await waiting(2)
  slow.letThrough()
  await first
  const kinds = (await Promise.all(others)).map(({ kind }) => kind)
  expect(kinds.sort()).toEqual(['full', 'given'])
})

describe('who waits for one who fails', () => {
  /** Two that are served together, by the first of them, and their failure. */
  async function failingTogether(failure: DatastoreError) {
    const slow = new SlowPool()
    slow.rivals = 1
    slow.failure = failure
    const first = processOf(slow).allocate(key, orderOf('first'))
    await expect.poll(() => slow.writes).toBe(1)
    const second = processOf(slow).allocate(key, orderOf('second'))
    await waiting(1)
    slow.letThrough()
    await expect(first).rejects.toBe(failure)
    return { slow, second }
  }

  test('is told', async () => {
    const { slow, second } = await failingTogether(new DatastoreError('refused', 'it may not'))
    await expect(second).rejects.toMatchObject({ failure: 'refused', msg: 'it may not' })
    expect(slow.writes).toBe(2)
    expect(filesOf()).toEqual([])
  })

  test('goes on without, where the other had no more time', async () => {
    const { slow, second } = await failingTogether(new DatastoreError('contended', 'too late'))
    expect((await second).kind).toBe('given')
    expect(Object.keys(slow.entries)).toEqual(['1'])
    expect(filesOf()).toEqual([])
  })
})

describe('what somebody has left', () => {
  const leave = (processId: number, part: string, content: string) => {
    mkdirSync(join(folder, pool), { recursive: true })
    writeFileSync(join(folder, pool, `gone:net1:${processId}.${part}`), content)
  }

  const allocate = {
    subnet: '10.0.0.0/24',
    parts: [{ first: '10.0.0.1', last: '10.0.0.9' }],
    holder: { containerId: 'gone', podRef: 'ns/gone', ifName: 'net1' },
    blocked: [],
    nowMs: 1,
  }

  async function isLeftUndone(): Promise<void> {
    const slow = new SlowPool(true)
    await processOf(slow).allocate(key, orderOf('first'))
    expect(Object.keys(slow.entries)).toEqual(['1'])
    expect(filesOf()).toEqual([])
  }

  test.each<[string, string]>([
    ['with too little time', JSON.stringify({ allocate, untilMs: 0 })],
    ['that makes no sense', '{}'],
    ['that is not all there', '{"alloc'],
  ])('is not done: %s', async (_, content) => {
    leave(process.pid, 'ask', content.endsWith('}') ? `${content}\n` : content)
    await isLeftUndone()
  })

  test.each(['ask', 'taken', 'answer'])('and is no more is forgotten: %s', async (part) => {
    leave(2 ** 30, part, `${JSON.stringify({ allocate, untilMs: 1e15 })}\n`)
    await isLeftUndone()
  })
})

test('who has no time left takes the order back', async () => {
  const slow = new SlowPool()
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const hasty = processOf(slow, { timeMs: 1 }).allocate(key, orderOf('hasty'))
  await expect(hasty).rejects.toMatchObject({ failure: 'contended' })
  slow.letThrough()
  await first
  expect(Object.keys(slow.entries)).toEqual(['1'])
  expect(filesOf()).toEqual([])
})

test('slices of nodes keep to themselves', async () => {
  const slow = new SlowPool()
  const first = processOf(slow).allocate(key, orderOf('first'))
  await expect.poll(() => slow.writes).toBe(1)
  const slice = { node: 'n1', range: parseIpPrefix('10.0.0.64/26') }
  const sliced = { ...range, slice }
  const parts = [{ first: parseIpAddress('10.0.0.70'), last: parseIpAddress('10.0.0.80') }]
  const second = processOf(slow).allocate(key, orderOf('second', { range: { ...sliced, parts } }))
  await waiting(1)
  slow.letThrough()
  await first
  expect(await second).toEqual({ kind: 'given', address: parseIpAddress('10.0.0.70') })
})
