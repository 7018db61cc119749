import { expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { poolName, reservationName } from '#ipam/whereabouts/pool/names.ts'
import { slicesName } from '#ipam/whereabouts/ranges/node-slices.ts'

test.each([
  ['10.0.0.0/8', {}, '10.0.0.0-8'],
  ['fd00::/64', {}, 'fd00---64'],
  ['fd00:1::/112', {}, 'fd00-1---112'],
  ['2001:db8::10:0/108', {}, '2001-db8--10-0-108'],
  ['10.0.0.0/8', { networkName: 'blue' }, 'blue-10.0.0.0-8'],
  ['10.1.2.0/24', { node: 'n1' }, 'n1-10.1.2.0-24'],
  ['10.1.2.0/24', { networkName: 'blue', node: 'n1' }, 'blue-n1-10.1.2.0-24'],
])('the pool of %s with %j is %s', (range, keys, name) => {
  expect(poolName({ ...keys, range: parseIpPrefix(range) })).toBe(name)
})

test.each([
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['fd00::1', undefined, 'fd00--1'],
  ['fd00::', undefined, 'fd00--0'],
  ['fd00::', 'blue', 'blue-fd00--0'],
])('the reservation of %s in %s is %s', (address, networkName, name) => {
  expect(reservationName(networkName, parseIpAddress(address))).toBe(name)
})

test('the slices of the first range are called after the network, others after their range too', () => {
  const range = parseIpPrefix('fd00::/64')
  expect(slicesName('lan', range, 0)).toBe('lan')
  expect(slicesName('lan', range, 1)).toBe('lan-fd00---64')
})
