import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeResult } from '#cni/result-versions.ts'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { parseIpPrefix } from '#ip/prefix.ts'
import { type AssignmentWishes, assignmentOf } from '#ipam/dhcp/lease/assignment.ts'
import { type Grant, momentsOf, objectionTo, readLease } from '#ipam/dhcp/lease/lease.ts'
import { readLeaseTimes } from '#ipam/dhcp/lease/lease-times.ts'
import { type DhcpMessage, decodeMessage } from '#ipam/dhcp/message/message.ts'
import { decodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { recordedFrame } from '#test/lab/recorded-frames.ts'
import { optionsOf } from './arbitraries.ts'

const recorded = decodeMessage(
  decodeUdpPacket(recordedFrame('lease', 'DHCPACK').payload, { port: 68, isChecksumPending: true })
    .payload,
)
const senderMac = parseMac('02:00:00:00:00:01')
const mask = { 1: 'ffffff00' }

/** The DHCPACK of dnsmasq with these options instead of its own. */
function ackWith(options: Readonly<Record<number, string>>, yourAddress = '10.1.2.3'): DhcpMessage {
  return {
    ...recorded,
    yourAddress: parseIpAddress(yourAddress),
    options: optionsOf(options),
  }
}

function leaseOf(ack: DhcpMessage, grant: Partial<Grant> = {}) {
  const lease = readLease({ ack, sinceMs: 1000, ...grant })
  if (lease === undefined) throw new Error('there is no lease in that')
  return lease
}

describe('the times of a lease', () => {
  const seconds = (value: number) => value.toString(16).padStart(8, '0')
  const hour = seconds(3600)

  test.each([
    ['its own', { 51: hour, 58: seconds(600), 59: seconds(1200) }, [600, 1200, 3600]],
    ['half and seven eighths', { 51: hour }, [1800, 3150, 3600]],
    ['of an hour where none is given', {}, [1800, 3150, 3600]],
    ['of an hour where it is malformed', { 51: '0e10' }, [1800, 3150, 3600]],
    ['with a T1 that is zero', { 51: hour, 58: seconds(0) }, [1800, 3150, 3600]],
    ['with a T1 that is malformed', { 51: hour, 58: '000001' }, [1800, 3150, 3600]],
    [
      'with a T1 after T2',
      { 51: hour, 58: seconds(1300), 59: seconds(1200) },
      [685.714, 1200, 3600],
    ],
    ['with a T1 that is T2', { 51: hour, 58: seconds(1400), 59: seconds(1400) }, [800, 1400, 3600]],
    ['with a T2 before its half', { 51: hour, 59: seconds(7) }, [4, 7, 3600]],
    ['with a T2 at its end', { 51: hour, 59: hour }, [1800, 3150, 3600]],
    ['with a T2 behind its end', { 51: hour, 58: hour, 59: seconds(4000) }, [1800, 3150, 3600]],
    ['with a T1 without T2', { 51: hour, 58: seconds(3149) }, [3149, 3150, 3600]],
    ['of one second', { 51: seconds(1) }, [0.5, 0.875, 1]],
    ['of 136 years', { 51: 'fffffffe' }, [2147483647, 3758096382.25, 4294967294]],
  ])('are %s', (_, options, expected) => {
    const { renewalMs = 0, rebindingMs = 0, leaseMs = 0 } = readLeaseTimes(optionsOf(options)) ?? {}
    const found = [renewalMs, rebindingMs, leaseMs].map((ms) => Math.round(ms) / 1000)
    expect(found).toEqual(expected)
  })

  test('are none without end', () => {
    expect(readLeaseTimes(optionsOf({ 51: 'ffffffff', 58: hour }))).toBeUndefined()
    expect(momentsOf(leaseOf(ackWith({ ...mask, 51: 'ffffffff' })))).toBeUndefined()
  })

  test('are in order, whatever a server says', () => {
    const anySeconds = fc.nat(0xffffffff)
    fc.assert(
      fc.property(anySeconds, anySeconds, anySeconds, (lease, renewal, rebinding) => {
        fc.pre(lease > 0 && lease < 0xffffffff)
        const options = { 51: seconds(lease), 58: seconds(renewal), 59: seconds(rebinding) }
        const times = readLeaseTimes(optionsOf(options))
        expect(times?.leaseMs).toBe(lease * 1000)
        const { renewalMs = 0, rebindingMs = 0, leaseMs = 0 } = times ?? {}
        expect(0 < renewalMs && renewalMs < rebindingMs && rebindingMs < leaseMs).toBe(true)
      }),
    )
  })

  test('count from the request', () => {
    expect(momentsOf(leaseOf(recorded))).toEqual({
      renewalAtMs: 6_000,
      rebindingAtMs: 10_000,
      expiryAtMs: 121_000,
    })
  })
})

function recordedOptions(...codes: readonly number[]) {
  return new Map([...recorded.options].filter(([code]) => codes.includes(code)))
}

describe('a lease', () => {
  test('is what dnsmasq has granted', () => {
    const { options, ...lease } = leaseOf(recorded, { senderMac })
    expect(lease).toEqual({
      address: parseIpPrefix('10.220.0.126/24'),
      server: parseIpAddress('10.220.0.1'),
      serverMac: senderMac,
      times: { renewalMs: 5_000, rebindingMs: 9_000, leaseMs: 120_000 },
      sinceMs: 1000,
    })
    expect(options).toEqual(recordedOptions(3, 6, 15, 26, 33, 119, 121))
  })

  test.each([{}, { 1: '00000000' }, { 1: 'ff00ff00' }, { 1: 'ffff' }])(
    'needs a subnet mask, not %j',
    (options) => {
      expect(readLease({ ack: ackWith(options), sinceMs: 0 })).toBeUndefined()
    },
  )

  test('keeps mask and server when it is extended without them', () => {
    const previous = leaseOf(ackWith({ 1: 'fffffe00', 54: '0a010201' }))
    const { address, server } = leaseOf(ackWith({}), { previous })
    expect([String(address), String(server)]).toEqual(['10.1.2.3/23', '10.1.2.1'])
    const moved = ackWith({}, '10.1.2.4')
    expect(readLease({ ack: moved, previous, sinceMs: 0 })).toBeUndefined()
  })

  test.each([
    ['0.0.0.0', {}, 'it gives the address 0.0.0.0'],
    ['0.1.2.3', {}, 'it gives the address 0.1.2.3'],
    ['127.0.0.1', {}, 'it gives the address 127.0.0.1'],
    ['224.0.0.1', {}, 'it gives the address 224.0.0.1'],
    ['255.255.255.255', {}, 'it gives the address 255.255.255.255'],
    ['10.1.2.3', { 51: '00000000' }, 'it gives a lease of 0 seconds'],
    ['10.1.2.3', {}, undefined],
    ['223.255.255.254', { 51: '00000001' }, undefined],
  ])('of %s with %j: %s', (address, options, objection) => {
    expect(objectionTo(ackWith(options, address))).toBe(objection)
  })
})

describe('the assignment of a lease', () => {
  function assigned(options: Readonly<Record<number, string>>, wishes?: Partial<AssignmentWishes>) {
    const lease = leaseOf(ackWith({ ...mask, ...options }))
    const { mtu, ...assignment } = assignmentOf(lease, { addressingOnly: false, ...wishes })
    const { ips, ...rest } = JSON.parse(encodeResult({ interfaces: [], ...assignment }, '1.1.0'))
    return { ...ips[0], ...rest, ...(mtu !== undefined && { mtu }) }
  }
  const routers = '0a010201 0a010202'
  const toAll = { dst: '0.0.0.0/0', gw: '10.1.2.1' }

  test('of dnsmasq is all of it', () => {
    const { mtu, ...assignment } = assignmentOf(leaseOf(recorded), { addressingOnly: false })
    expect(JSON.parse(encodeResult({ interfaces: [], ...assignment }, '1.1.0'))).toEqual({
      cniVersion: '1.1.0',
      ips: [{ address: '10.220.0.126/24', gateway: '10.220.0.1' }],
      routes: [
        { dst: '10.77.0.0/16', gw: '10.220.0.7' },
        { dst: '0.0.0.0/0', gw: '10.220.0.1' },
      ],
      dns: {
        nameservers: ['10.220.0.2', '10.220.0.3'],
        domain: 'example.org',
        search: ['example.org', 'lab.example.org'],
      },
    })
    expect(mtu).toBe(1400)
  })

  test('is an address alone where nothing else is given', () => {
    expect(assigned({})).toEqual({ cniVersion: '1.1.0', address: '10.1.2.3/24' })
  })

  test('has the first router as gateway, and the default route', () => {
    expect(assigned({ 3: routers })).toMatchObject({ gateway: '10.1.2.1', routes: [toAll] })
  })

  test('has no gateway where routers are malformed or nobody', () => {
    for (const value of ['0a0102', '0a010201 0a', '00000000', '']) {
      expect(assigned({ 3: value })).toEqual({ cniVersion: '1.1.0', address: '10.1.2.3/24' })
    }
  })

  test('has routes of classes before the default route', () => {
    const { routes } = assigned({ 3: routers, 33: '0a090005 0a010209' })
    expect(routes).toEqual([{ dst: '10.9.0.5/8', gw: '10.1.2.9' }, toAll])
    expect(assigned({ 33: '0a090005 0a010209' }).routes).toHaveLength(1)
  })

  test('has classless routes and no others, but keeps the gateway (RFC 3442)', () => {
    const given = assigned({ 3: routers, 33: '0a090005 0a010209', 121: '10 0a4d 0a010207' })
    expect(given).toMatchObject({ gateway: '10.1.2.1' })
    expect(given.routes).toEqual([{ dst: '10.77.0.0/16', gw: '10.1.2.7' }])
  })

  test('passes over classless routes that are malformed', () => {
    expect(assigned({ 3: routers, 121: '21 0a4d 0a010207' }).routes).toEqual([toAll])
    expect(assigned({ 3: routers, 121: '' }).routes).toEqual([toAll])
  })

  test('has routes on the link without a router', () => {
    const { routes } = assigned({ 121: '10 0a4d 00000000' })
    expect(routes).toEqual([{ dst: '10.77.0.0/16', gw: '0.0.0.0', scope: 253 }])
  })

  test('has the priority that is wanted on every route', () => {
    const { routes } = assigned({ 3: routers, 33: '0a090005 0a010209' }, { priority: 77 })
    expect(routes).toEqual([
      { dst: '10.9.0.5/8', gw: '10.1.2.9', priority: 77 },
      { ...toAll, priority: 77 },
    ])
    const onLink = assigned({ 121: '10 0a4d 00000000' }, { priority: 77 })
    expect(onLink.routes).toMatchObject([{ priority: 77 }])
  })

  test('leaves out resolver settings and MTU when that is wanted', () => {
    const wishes = { addressingOnly: true }
    const assignment = assignmentOf(leaseOf(recorded), wishes)
    expect(assignment).not.toHaveProperty('mtu')
    expect(assignment.dns).toEqual({ nameservers: [], search: [], options: [] })
    expect(assignment.routes).toHaveLength(2)
  })

  test.each([
    ['0044', 68],
    ['0043', undefined],
    ['0000', undefined],
    ['ffff', 65535],
    ['05', undefined],
  ])('has of the MTU %s: %s', (hex, mtu) => {
    expect(assigned({ 26: hex }).mtu).toBe(mtu)
  })

  test('passes over resolver settings that are malformed', () => {
    expect(assigned({ 6: '0a01', 15: '0a', 119: 'ff' })).not.toHaveProperty('dns')
  })
})
