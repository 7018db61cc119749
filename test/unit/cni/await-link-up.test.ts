import { expect, test } from 'vitest'
import { awaitLinkUp } from '#cni/await-link-up.ts'
import type { Link, OperationalState } from '#kernel/link.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'
import type { FakeNamespace } from '#test/lab/fake-namespace.ts'

/** A clock that lets something happen at a time. */
class EventfulClock extends FakeClock {
  readonly #atMs: number
  readonly #event: () => void

  constructor(atMs: number, event: () => void) {
    super()
    this.#atMs = atMs
    this.#event = event
  }

  override async sleep(ms: number): Promise<void> {
    const beforeMs = this.monotonicMs()
    await super.sleep(ms)
    if (beforeMs < this.#atMs && this.monotonicMs() >= this.#atMs) this.#event()
  }
}

interface Scene {
  readonly role: string
  readonly space: FakeNamespace
  readonly link: Link
}

function scene(operationalState: OperationalState): Scene {
  const space = new FakeKernel().addNamespace('/run/netns/host')
  return { role: 'far end', space, link: space.addLink({ name: 'veth0', operationalState }) }
}

function becomes(space: FakeNamespace, operationalState: OperationalState): void {
  const position = space.links.findIndex(({ name }) => name === 'veth0')
  space.links.splice(position, 1, { ...space.link('veth0'), operationalState, mtu: 1400 })
}

test('a link that is up is not waited for', async () => {
  const { role, space, link } = scene('up')
  const clock = new FakeClock()
  expect(await awaitLinkUp({ role, space, link, clock })).toEqual(link)
  expect(clock.sleepsMs).toEqual([])
})

test('a link is returned as it is once it is up', async () => {
  const { role, space, link } = scene('down')
  const clock = new EventfulClock(3, () => becomes(space, 'up'))
  const fresh = await awaitLinkUp({ role, space, link, clock })
  expect(fresh).toEqual({ ...link, operationalState: 'up', mtu: 1400 })
  expect(clock.sleepsMs).toEqual([0.5, 1, 2])
})

test('a link that stays down is waited for as long as the reference plugin does', async () => {
  const { role, space, link } = scene('lower-layer-down')
  const clock = new FakeClock()
  await expect(awaitLinkUp({ role, space, link, clock })).rejects.toMatchObject({
    name: 'CniError',
    code: 999,
    msg: 'far end in error state: lower-layer-down',
    details: 'veth0 in /run/netns/host is not up after 2.55 s',
  })
  expect(clock.monotonicMs()).toBe(2550)
  expect(Math.max(...clock.sleepsMs)).toBe(20)
})

test('a link that comes up at the last moment is up', async () => {
  const { role, space, link } = scene('dormant')
  const clock = new EventfulClock(2550, () => becomes(space, 'up'))
  await expect(awaitLinkUp({ role, space, link, clock })).resolves.toMatchObject({ mtu: 1400 })
  expect(clock.monotonicMs()).toBe(2550)
})

test('a link that goes while it is waited for is named', async () => {
  const { role, space, link } = scene('down')
  const clock = new EventfulClock(1, () => space.removeLink('veth0'))
  await expect(awaitLinkUp({ role, space, link, clock })).rejects.toMatchObject({
    name: 'SystemError',
    code: 'ENODEV',
    object: `${link.index}`,
  })
})
