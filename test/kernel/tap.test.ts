import { expect } from 'vitest'
import { parseMac } from '#ip/mac.ts'
import { test } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const mac = parseMac('02:00:5e:10:00:01')

test('creates a tap with every property and returns it', ({ space, witness }) => {
  const controller = space.createLink({ kind: 'bridge', name: 'br0' }).index
  const created = space.createLink({
    kind: 'tap',
    name: 'tap0',
    mtu: 1400,
    mac,
    isUp: true,
    alias: 'of the machine',
    txQueueLength: 77,
    controller,
    tap: { owner: 107, group: 36, isMultiQueue: true },
  })
  expect(created).toMatchObject({
    kind: 'tun',
    mtu: 1400,
    mac,
    isUp: true,
    hasCarrier: false,
    controller,
    tun: { type: 'tap', owner: 107, group: 36, isMultiQueue: true, isPersistent: true },
  })
  expect(witness.findLink('tap0')).toMatchObject({
    ifindex: created.index,
    mtu: 1400,
    address: mac,
    txqlen: 77,
    ifalias: 'of the machine',
    master: 'br0',
    linkinfo: {
      info_kind: 'tun',
      info_data: { type: 'tap', user: 107, group: 36, multi_queue: true, persist: true },
    },
  })
})

test('a tap of which nothing is said is for everyone', ({ space }) => {
  const { tun } = space.createLink({ kind: 'tap', name: 'tap0' })
  expect(tun).toEqual({ type: 'tap', isMultiQueue: false, isPersistent: true })
})

test('refuses a tap under a name that is taken, also by a tap', ({ space, witness }) => {
  witness.ip('tuntap', 'add', 'dev', 'tap0', 'mode', 'tap')
  const before = witness.findLink('tap0')
  expect(() => space.createLink({ kind: 'tap', name: 'tap0', mtu: 1400 })).toThrow(
    `create link tap0 (tap) in ${space.path}: EEXIST file exists — the name is taken`,
  )
  expect(witness.findLink('tap0')).toEqual(before)
})

test('refuses wrong values for a tap before it asks the kernel', ({ space, witness }) => {
  for (const data of [{ owner: -1 }, { group: '36' }, { isMultiQueue: 1 }]) {
    // Such objects cannot be written in TypeScript, but they come from JavaScript.
    const spec = { kind: 'tap', name: 'tap0', tap: data } as never
    expect(() => space.createLink(spec)).toThrow(TypeError)
  }
  expect(witness).toHaveOnlyLinks()
})
