/** Veths of which one end is a port of a bridge and the other lives elsewhere. */

import { expect } from 'vitest'
import { isSystemError } from '#base/system-error.ts'
import { awaitLinkUp } from '#cni/await-link-up.ts'
import { nodeClock } from '#host/node-clock.ts'
import { parseMac } from '#ip/mac.ts'
import { bridge, test, veth } from '#test/lab/kernel.ts'
import '#test/lab/matchers.ts'

const peerMac = parseMac('02:00:5e:10:00:02')

test('creates a veth that is up and a port of a bridge from the beginning', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const controller = space.createLink({ ...bridge('br0'), isUp: true }).index
  const peer = { name: 'eth0', namespace: other, mtu: 1300, mac: peerMac }
  const created = space.createLink({ ...veth('v0', peer), controller, isUp: true, mtu: 1300 })
  expect(created).toMatchObject({
    controller,
    isUp: true,
    mtu: 1300,
    promiscuity: 1,
    bridgePort: { isHairpin: false, isIsolated: false },
  })
  expect(witness.findLink('v0')).toMatchObject({
    master: 'br0',
    mtu: 1300,
    promiscuity: 1,
    flags: expect.arrayContaining(['UP']),
    linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge' },
  })
  expect(otherWitness.findLink('eth0')).toMatchObject({
    mtu: 1300,
    address: peerMac,
    operstate: 'DOWN',
  })
  expect(otherWitness).toHaveOnlyLinks('eth0')
})

test('the first end of a veth is up soon after the other one', async ({
  other,
  space,
  witness,
}) => {
  const controller = space.createLink({ ...bridge('br0'), isUp: true }).index
  const link = space.createLink({
    ...veth('v0', { name: 'eth0', namespace: other }),
    controller,
    isUp: true,
  })
  expect(link.operationalState).not.toBe('up')
  other.changeLink('eth0', { isUp: true })
  const fresh = await awaitLinkUp({ role: 'veth', space, link, clock: nodeClock })
  expect(fresh).toMatchObject({ index: link.index, operationalState: 'up', hasCarrier: true })
  expect(witness.findLink('v0')).toMatchObject({ operstate: 'UP' })
})

test('a veth that cannot be a port has no end anywhere', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  const peer = { name: 'eth0', namespace: other }
  expect(() => space.createLink({ ...veth('v0', peer), controller: 999 })).toThrow(
    `create link v0 (veth, port of link 999) in ${space.path}: EINVAL`,
  )
  const controller = space.link('lo').index
  expect(() => space.createLink({ ...veth('v0', peer), controller })).toThrow(
    `create link v0 (veth, port of lo) in ${space.path}: EOPNOTSUPP`,
  )
  expect(witness).toHaveOnlyLinks()
  expect(otherWitness).toHaveOnlyLinks()
})

test('tells a name that is taken here from one that is taken at the other end', ({
  other,
  space,
}) => {
  space.createLink(veth('v0', { name: 'eth0', namespace: other }))
  const objectOf = (name: string, peer: string): string => {
    try {
      space.createLink(veth(name, { name: peer, namespace: other }))
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) return error.object
      throw error
    }
    return 'no error'
  }
  expect(objectOf('v0', 'eth1')).toBe(`v0 (veth) in ${space.path}`)
  expect(objectOf('v1', 'eth0')).toBe(`eth0 (other end of v1) in ${other.path}`)
})

test('refuses a veth whose other end has a name that is taken, and says where', ({
  other,
  otherWitness,
  space,
  witness,
}) => {
  other.createLink(bridge('br0'))
  expect(() => space.createLink(veth('v0', { name: 'br0', namespace: other }))).toThrow(
    `create link br0 (other end of v0) in ${other.path}: EEXIST file exists — the name is taken`,
  )
  expect(witness).toHaveOnlyLinks()
  expect(otherWitness).toHaveOnlyLinks('br0')
})
