import { expect, test } from 'vitest'
import type { Assignment } from '#cni/add-interface.ts'
import { noDns } from '#cni/result.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { completeGateways, gatewayPrefixes } from '#plugins/bridge/gateway.ts'

type Given = readonly (readonly [address: string, gateway?: string])[]

function assignment(given: Given, routes: readonly string[] = []): Assignment {
  return {
    ips: given.map(([address, gateway]) => ({
      address: parseIpPrefix(address),
      ...(gateway === undefined ? {} : { gateway: parseIpAddress(gateway) }),
    })),
    routes: routes.map((destination) => ({ destination: parseIpPrefix(destination) })),
    dns: noDns,
  }
}

const isGateway = { isGateway: true, isDefaultGateway: false }
const isDefaultGateway = { isGateway: true, isDefaultGateway: true }

function gatewaysOf({ ips }: Assignment): readonly string[] {
  return ips.map(({ gateway }) => `${gateway}`)
}

function routesOf({ routes }: Assignment): readonly string[] {
  return routes.map(({ destination, gateway }) => `${destination} via ${gateway}`)
}

test('a plain switch leaves everything as it was given', () => {
  const given = assignment([['10.1.2.3/24']])
  expect(completeGateways(given, { isGateway: false, isDefaultGateway: false })).toBe(given)
})

test('the gateway is the first address of the network, unless one was given', () => {
  const given = assignment([['10.1.2.3/24'], ['fd00::5/64'], ['10.7.0.9/16', '10.7.7.7']])
  expect(gatewaysOf(completeGateways(given, isGateway))).toEqual([
    '10.1.2.1',
    'fd00::1',
    '10.7.7.7',
  ])
})

test('a gateway alone adds no routes', () => {
  expect(routesOf(completeGateways(assignment([['10.1.2.3/24']]), isGateway))).toEqual([])
})

test('a default gateway adds a default route for each family, in the order of the addresses', () => {
  const given = assignment([['fd00::5/64'], ['10.1.2.3/24'], ['10.9.0.2/24']], ['10.5.0.0/16'])
  expect(routesOf(completeGateways(given, isDefaultGateway))).toEqual([
    '10.5.0.0/16 via undefined',
    '::/0 via fd00::1',
    '0.0.0.0/0 via 10.1.2.1',
  ])
})

test('a default route that is there is enough for its family', () => {
  const given = assignment([['10.1.2.3/24'], ['fd00::5/64']], ['0.0.0.0/0'])
  expect(routesOf(completeGateways(given, isDefaultGateway))).toEqual([
    '0.0.0.0/0 via undefined',
    '::/0 via fd00::1',
  ])
})

test.for(['10.1.2.3/32', 'fd00::1/128', '10.1.2.1/24'])(
  '%s leaves no room for a gateway',
  (text) => {
    expect(() => completeGateways(assignment([[text]]), isGateway)).toThrow(
      `find a gateway for ${text}: its network has no other address for one`,
    )
  },
)

test('the bridge gets each gateway once, with the length of the network, IPv4 first', () => {
  const given = assignment([
    ['fd00::5/64', 'fd00::1'],
    ['10.1.2.3/24', '10.1.2.1'],
    ['10.1.2.4/24', '10.1.2.1'],
    ['10.7.0.9/16'],
  ])
  expect(gatewayPrefixes(given.ips).map(String)).toEqual(['10.1.2.1/24', 'fd00::1/64'])
})
