import { expect } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import type { Namespace } from '#kernel/kernel.ts'
import type { Link, LinkChange, LinkKey } from '#kernel/link.ts'
import { test } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const mac = parseMac('02:00:5e:10:00:01')

/** A pair `near` and `far`; returns `near`. */
function pair(space: Namespace): Link {
  return space.createLink({ kind: 'veth', name: 'near', peer: { name: 'far' } })
}

/** What each change shows as in `ip -d link show`. */
const changes: readonly { change: LinkChange; seen: object }[] = [
  { change: { mtu: 1234 }, seen: { mtu: 1234 } },
  { change: { mac }, seen: { address: mac } },
  { change: { isUp: true }, seen: { flags: expect.arrayContaining(['UP']) } },
  { change: { isUp: false }, seen: { flags: expect.not.arrayContaining(['UP']) } },
  { change: { alias: 'an uplink, größer' }, seen: { ifalias: 'an uplink, größer' } },
  { change: { txQueueLength: 77 }, seen: { txqlen: 77 } },
  { change: { name: 'renamed' }, seen: { ifname: 'renamed' } },
  {
    change: { mtu: 1300, mac, name: 'renamed' },
    seen: { mtu: 1300, address: mac, ifname: 'renamed' },
  },
]

const described = changes.map((one) => ({ ...one, title: JSON.stringify(one.change) }))

test.for(described)(
  'changes a link to $title, by name and by index',
  ({ change, seen }, { space, witness }) => {
    const keys: ((near: Link) => LinkKey)[] = [(near) => near.name, (near) => near.index]
    for (const keyOf of keys) {
      const near = pair(space)
      witness.ip('link', 'set', 'near', change.isUp === false ? 'up' : 'down')
      space.changeLink(keyOf(near), change)
      expect(witness.links().find(({ ifindex }) => ifindex === near.index)).toMatchObject(seen)
      expect(space.link(near.index)).toMatchObject(change)
      witness.ip('link', 'delete', 'far')
    }
  },
)

test('a change leaves what it does not name', ({ space, witness }) => {
  pair(space)
  witness.ip('link', 'set', 'near', 'up', 'mtu', '1300', 'address', mac, 'alias', 'kept')
  space.changeLink('near', { txQueueLength: 7 })
  expect(witness.findLink('near')).toMatchObject({
    flags: expect.arrayContaining(['UP']),
    mtu: 1300,
    address: mac,
    ifalias: 'kept',
    txqlen: 7,
  })
})

test('makes a link promiscuous and modest again, whether it is up or not', ({ space, witness }) => {
  pair(space)
  space.changeLink('near', { isPromiscuous: true })
  expect(witness.findLink('near')).toMatchObject({
    promiscuity: 1,
    flags: expect.arrayContaining(['PROMISC']),
  })
  expect(space.link('near')).toMatchObject({ promiscuity: 1, isUp: false })
  space.changeLink('near', { isUp: true })
  expect(witness.findLink('near')?.flags).toEqual(expect.arrayContaining(['UP', 'PROMISC']))
  space.changeLink('near', { isPromiscuous: false })
  expect(witness.findLink('near')).toMatchObject({
    promiscuity: 0,
    flags: expect.not.arrayContaining(['PROMISC']),
  })
  expect(space.link('near')).toMatchObject({ promiscuity: 0, isUp: true })
})

test('makes a link a port of a bridge and takes it out again', ({ space, witness }) => {
  pair(space)
  const { index } = space.createLink({ kind: 'bridge', name: 'br0' })
  space.changeLink('near', { controller: index })
  expect(witness.findLink('near')?.master).toBe('br0')
  expect(space.link('near').controller).toBe(index)
  space.changeLink('near', { controller: 0 })
  expect(witness.findLink('near')?.master).toBeUndefined()
  expect(space.link('near').controller).toBeUndefined()
})

test('refuses a new name that is taken and keeps the old one', ({ space, witness }) => {
  pair(space)
  expect(() => space.changeLink('near', { name: 'far' })).toThrow(
    `change link near in ${space.path}: EEXIST file exists`,
  )
  expect(witness).toHaveOnlyLinks('far', 'near')
})

test.for(['', 'eth%d', 'sixteen-bytes-xx'])(
  'refuses the new name "%s" and keeps the old one',
  (name, { space, witness }) => {
    pair(space)
    const message = `EINVAL invalid argument — property name is no name of a link: ${name}`
    expect(() => space.changeLink('near', { name })).toThrow(message)
    expect(witness).toHaveOnlyLinks('far', 'near')
  },
)

test("an error carries the kernel's own explanation", ({ space, witness }) => {
  pair(space)
  expect(() => space.changeLink('near', { mtu: 65536 })).toThrow(
    `change link near in ${space.path}: EINVAL invalid argument — mtu greater than device maximum`,
  )
  expect(() => space.changeLink('near', { mtu: 10 })).toThrow('mtu less than device minimum')
  expect(witness).toHaveLink('near', { mtu: 1500 })
})

test('refuses a multicast hardware address', ({ space }) => {
  pair(space)
  const multicast = parseMac('01:00:5e:00:00:01')
  expect(() => space.changeLink('near', { mac: multicast })).toThrow('EADDRNOTAVAIL')
})

test('refuses a controller that is not there', ({ space }) => {
  pair(space)
  expect(() => space.changeLink('near', { controller: 999 })).toThrow(
    `change link near in ${space.path}: EINVAL invalid argument`,
  )
})

const missing: readonly [LinkKey, string][] = [
  ['absent', 'absent'],
  [999, 'with index 999'],
]

test.for(missing)('names the link %s that is not there', ([key, object], { other, space }) => {
  const rest = `${object} in ${space.path}`
  const cause = 'ENODEV no such device'
  expect(() => space.changeLink(key, { mtu: 1400 })).toThrow(`change link ${rest}: ${cause}`)
  expect(() => space.changeLink(key, { name: 'x' })).toThrow(`change link ${rest}: ${cause}`)
  expect(() => space.link(key)).toThrow(`look up link ${rest}: ${cause}`)
  expect(() => space.moveLink(key, other)).toThrow(`move link ${rest} to ${other.path}: ${cause}`)
})

test('moves a link to another namespace, with its hardware address', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const { index, mac: address } = pair(space)
  space.moveLink(index, other)
  expect(witness).toHaveOnlyLinks('far')
  expect(otherWitness).toHaveLink('near', { kind: 'veth', mac: String(address), isUp: false })
})

test('moves a link under a new name to where the old name is taken', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  otherWitness.ip('link', 'add', 'near', 'type', 'bridge')
  pair(space)
  space.moveLink('near', other, 'net1')
  expect(witness).toHaveOnlyLinks('far')
  expect(otherWitness).toHaveOnlyLinks('near', 'net1')
  expect(otherWitness).toHaveLink('net1', { kind: 'veth' })
})

test('refuses to move a link to where its name is taken, and leaves it', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  otherWitness.ip('link', 'add', 'near', 'type', 'bridge')
  pair(space)
  expect(() => space.moveLink('near', other)).toThrow(
    `move link near in ${space.path} to ${other.path}: EEXIST file exists`,
  )
  expect(witness).toHaveOnlyLinks('far', 'near')
})

test('refuses to move the loopback', ({ other, space }) => {
  expect(() => space.moveLink('lo', other)).toThrow(/EINVAL invalid argument/)
})

test('removes a link once, by name and by index', ({ space, witness }) => {
  const keys: ((near: Link) => LinkKey)[] = [(near) => near.name, (near) => near.index]
  for (const keyOf of keys) {
    const key = keyOf(pair(space))
    expect(space.removeLink(key)).toBe(true)
    expect(witness).toHaveOnlyLinks()
    expect(space.removeLink(key)).toBe(false)
  }
})

test('refuses to remove the loopback', ({ space, witness }) => {
  expect(() => space.removeLink('lo')).toThrow(
    `remove link lo in ${space.path}: EOPNOTSUPP operation not supported`,
  )
  expect(witness.findLink('lo')).toBeDefined()
})

test('a removed link takes its addresses and routes along', ({ space, witness }) => {
  const { index } = pair(space)
  for (const end of ['near', 'far']) space.changeLink(end, { isUp: true })
  space.addAddress({ link: index, prefix: parseIpPrefix('10.0.0.1/24') })
  const gateway = parseIpAddress('10.0.0.9')
  space.addRoute({ destination: parseIpPrefix('10.9.0.0/16'), gateway, link: index })
  expect(witness.routes(4).map(({ dst }) => dst)).toEqual(['10.0.0.0/24', '10.9.0.0/16'])
  space.removeLink(index)
  expect(witness.routes(4)).toEqual([])
  expect(space.listRoutes({ family: 4 }).map(({ link }) => link)).not.toContain(index)
})
