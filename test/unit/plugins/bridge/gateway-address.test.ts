import { expect, test } from 'vitest'
import { parseIpPrefix } from '#ip/prefix.ts'
import { ensureAddress } from '#plugins/bridge/gateway-address.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeKernel } from '#test/lab/fake-kernel.ts'

function scene(...present: readonly string[]) {
  const { host } = new FakeKernel()
  const link = host.addLink({ name: 'br0', kind: 'bridge' })
  for (const text of present) host.addAddress({ link: link.index, prefix: parseIpPrefix(text) })
  const undo: (() => unknown)[] = []
  const ensure = (text: string, replacesAddresses = false) => {
    const did = (_: string, undoing: () => unknown) => undo.unshift(undoing)
    const site = { host, link, replacesAddresses, detectsDuplicates: false, did }
    ensureAddress(site, parseIpPrefix(text))
  }
  const addresses = () => host.addresses.map(({ prefix }) => `${prefix}`)
  const undoAll = () => {
    for (const undoing of undo) undoing()
  }
  return { host, ensure, addresses, undoAll }
}

test('the address is added with the broadcast address of its network', () => {
  const { host, ensure } = scene()
  ensure('10.1.2.1/24')
  expect(`${host.addresses[0]?.prefix} ${host.addresses[0]?.broadcast}`).toBe(
    '10.1.2.1/24 10.1.2.255',
  )
})

test('an address that is there is not touched, nor taken back', () => {
  const { ensure, addresses, undoAll } = scene('10.1.2.1/24')
  ensure('10.1.2.1/24')
  undoAll()
  expect(addresses()).toEqual(['10.1.2.1/24'])
})

test.for([
  ['10.9.9.9/24', '10.1.2.1/24'],
  ['10.1.2.1/16', '10.1.2.1/24'],
  ['fd00::7/64', 'fd00::1/64'],
  ['fd00::7/48', 'fd00::1/64'],
  ['fd00::7/72', 'fd00::1/64'],
] as const)('with %s on the bridge, %s is refused and both are named', ([present, wanted]) => {
  const { ensure, addresses } = scene(present)
  expect(() => ensure(wanted)).toThrow(`"br0" already has an IP address different from ${wanted}`)
  expect(addresses()).toEqual([present])
})

test('addresses of other families and other IPv6 networks are not in the way', () => {
  const { ensure, addresses } = scene('10.1.2.1/24', 'fd07::1/64')
  ensure('fd00::1/64')
  expect(addresses()).toEqual(['10.1.2.1/24', 'fd07::1/64', 'fd00::1/64'])
})

test('the address that the kernel gives every link is not in the way of a gateway beside it', () => {
  const { host, ensure, addresses } = scene()
  host.addAddress({ link: host.link('br0').index, prefix: parseIpPrefix('fe80::7/64'), scope: 253 })
  ensure('fe80::1/64')
  expect(addresses()).toEqual(['fe80::7/64', 'fe80::1/64'])
})

test('forced, what is in the way goes, and comes back when it is undone', () => {
  const { ensure, addresses, undoAll } = scene('10.9.9.9/24', '10.8.8.8/24')
  ensure('10.1.2.1/24', true)
  expect(addresses()).toEqual(['10.1.2.1/24'])
  undoAll()
  expect(addresses().sort()).toEqual(['10.8.8.8/24', '10.9.9.9/24'])
})

test('another ADD that was faster is no failure', () => {
  const { host, ensure } = scene()
  host.addAddress = () => {
    throw fakeError('EEXIST', 'add address', '10.1.2.1/24')
  }
  expect(() => ensure('10.1.2.1/24')).not.toThrow()
})
