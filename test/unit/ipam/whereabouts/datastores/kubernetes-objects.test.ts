import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IpAddress } from '#ip/address.ts'
import { findReservedAddress } from '#ipam/whereabouts/datastores/kubernetes/objects.ts'
import { reservationName } from '#ipam/whereabouts/pool/names.ts'

test.each([
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['fd00--1', undefined, 'fd00::1'],
  ['fd00--0', undefined, 'fd00::'],
  ['blue-10.0.0.1', 'blue', '10.0.0.1'],
  ['a-b-fd00--1', 'a-b', 'fd00::1'],
  ['10.0.0.1', '', '10.0.0.1'],
])('the reservation %s of the network %s is of %s', (name, networkName, address) => {
  expect(`${findReservedAddress(name, networkName)}`).toBe(address)
})

test.each([
  ['blue-10.0.0.1', undefined],
  ['10.0.0.1', 'blue'],
  ['blue-green-10.0.0.1', 'blue'],
  // Names that no address has.
  ['10.0.0.01', undefined],
  ['fd00-0-0-0-0-0-0-1', undefined],
  ['FD00--1', undefined],
  ['somebody', undefined],
  ['', undefined],
])('the reservation %j is none of the network %s', (name, networkName) => {
  expect(findReservedAddress(name, networkName)).toBeUndefined()
})

test('every address is found by the name of its reservation', () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => new IpAddress(4, value)),
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => new IpAddress(6, value)),
  )
  const networkName = fc.constantFrom(undefined, 'blue', 'a-1')
  fc.assert(
    fc.property(address, networkName, (address, networkName) => {
      const name = reservationName(networkName, address)
      expect(`${findReservedAddress(name, networkName)}`).toBe(`${address}`)
    }),
  )
})
