import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import type { ClientSettings } from '#ipam/dhcp/client/settings.ts'
import { bound, deserted, FakeSegment } from './fake-segment.ts'

const discover = 'DHCPDISCOVER'
/** After an expiry the client would like to have the same address. */
const discoverAgain = 'DHCPDISCOVER of 10.1.2.3'
const request = 'DHCPREQUEST of 10.1.2.3 at 10.1.2.1'
const renewal = 'DHCPREQUEST from 10.1.2.3 to 10.1.2.1'
const release = 'DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1'

describe('an address that changes', () => {
  const conflictProbe = { count: 1, intervalMs: 50 }

  /** At the renewal, the server gives 10.1.2.4. */
  function changed(changes: Partial<ClientSettings>): FakeSegment {
    const segment = bound(changes)
    segment.server.given = parseIpAddress('10.1.2.4')
    segment.pass(57.52).news()
    return segment
  }

  test('is taken into use in place of the other', () => {
    const segment = changed({})
    expect(String(segment.client.lease?.address)).toBe('10.1.2.4/24')
  })

  test('is looked for on the link, while the other is in use', () => {
    const segment = changed({ conflictProbe })
    expect(segment.client.phase).toBe('probing')
    expect(String(segment.client.lease?.address)).toBe('10.1.2.3/24')
    expect(segment.pass(0.1).news()).toEqual(['58.6 extended 10.1.2.4/24'])
  })

  test('is declined when somebody has it, and nothing is left', () => {
    const segment = changed({ conflictProbe })
    segment.deliverArp('10.1.2.4')
    expect(segment.news()).toEqual([
      '58.5 DHCPDECLINE of 10.1.2.4 at 10.1.2.1',
      '58.5 lost 10.1.2.3/24: contested',
    ])
    expect(segment.client.lease).toBeUndefined()
  })
})

describe('a client that begins with a lease from before', () => {
  const again = 'DHCPREQUEST of 10.1.2.3'

  /** After so many seconds of another one, which has ended without a word. */
  function rebooted(second: number, prepare: (segment: FakeSegment) => void = () => {}) {
    const before = bound()
    before.pass(1)
    before.client.abandon()
    expect([before.news(), before.client.phase]).toEqual([[], 'stopped'])
    const { lease } = { lease: before.leases[0] }
    if (lease === undefined) throw new Error('there is no lease')
    const sinceMs = lease.sinceMs - second * 1000
    const segment = new FakeSegment({}, { lease: { ...lease, sinceMs }, hasBudget: false })
    prepare(segment)
    return segment
  }

  test('asks whether it is still good, and has new times then', () => {
    const segment = rebooted(30)
    expect([segment.client.phase, String(segment.client.lease?.address)]).toEqual([
      'rebooting',
      '10.1.2.3/24',
    ])
    expect(segment.pass(61).news()).toEqual([
      `0 ${again}`,
      '0 extended 10.1.2.3/24',
      `58.5 ${renewal}`,
      '58.5 extended 10.1.2.3/24',
    ])
  })

  test('goes on with it where nobody answers', () => {
    const segment = rebooted(10, ({ server }) => server.silence())
    expect(segment.pass(51).news()).toEqual([
      `0 ${again}`,
      `4 ${again}`,
      `12 ${again}`,
      '28 extended 10.1.2.3/24',
      `49.5 ${renewal}`,
    ])
  })

  test('goes on with it only until it is over', () => {
    const segment = rebooted(110, ({ server }) => server.silence())
    expect(segment.pass(11).news()).toEqual([
      `0 ${again}`,
      `4 ${again}`,
      '10 lost 10.1.2.3/24: expired',
      `10 ${discoverAgain}`,
    ])
  })

  test('gets another one where it is not good any more', () => {
    const segment = rebooted(30, ({ server }) => {
      server.refuses = true
    })
    segment.pass(0.001)
    segment.server.refuses = false
    expect(segment.pass(0.1).news()).toEqual([
      `0 ${again}`,
      '0 lost 10.1.2.3/24: refused',
      `0 ${discover}`,
      `0 ${request}`,
      '0 new 10.1.2.3/24',
    ])
  })

  test('gets the same one again where it is over', () => {
    expect(rebooted(121).pass(0.1).news()).toEqual([
      '0 lost 10.1.2.3/24: expired',
      `0 ${discoverAgain}`,
      `0 ${request}`,
      '0 new 10.1.2.3/24',
    ])
  })

  test('gives it back when it is stopped before an answer', () => {
    const segment = rebooted(30, ({ server }) => server.silence())
    segment.news()
    segment.client.release()
    expect(segment.news()).toEqual([`0 ${release}`])
  })
})

describe('a link that was down', () => {
  test.each([
    ['bound', 2],
    ['renewing', 60],
    ['rebinding', 106],
  ] as const)(
    'makes a client in the phase %s ask whether its lease is still good',
    (phase, second) => {
      const segment = deserted(second)
      expect(segment.client.phase).toBe(phase)
      segment.client.setLinkUp(false)
      expect(segment.pass(5).news()).toEqual([])
      segment.server.wake()
      segment.client.setLinkUp(true)
      const at = second + 5
      expect(segment.pass(0.1).news()).toEqual([
        `${at} DHCPREQUEST of 10.1.2.3`,
        `${at} extended 10.1.2.3/24`,
      ])
    },
  )

  test('does not make a lease last longer', () => {
    const segment = deserted(60)
    segment.client.setLinkUp(false)
    expect(segment.pass(100).news()).toEqual(['120 lost 10.1.2.3/24: expired'])
    segment.server.wake()
    segment.client.setLinkUp(true)
    expect(segment.pass(0.1).news()).toEqual([
      `160 ${discoverAgain}`,
      `160 ${request}`,
      '160 new 10.1.2.3/24',
    ])
  })

  test('carries no DHCPRELEASE', () => {
    const segment = bound()
    segment.client.setLinkUp(false)
    segment.client.release()
    expect([segment.news(), segment.client.phase]).toEqual([[], 'stopped'])
  })
})

describe('stopping a client that asks a dead server', () => {
  test.each([
    ['renewing', 60],
    ['rebinding', 106],
  ] as const)('is done at once in the phase %s', (phase, second) => {
    const segment = deserted(second)
    expect(segment.client.phase).toBe(phase)
    segment.client.release()
    expect([segment.news(), segment.hasAlarm]).toEqual([[`${second} ${release}`], false])
    expect(segment.pass(1000).news()).toEqual([])
  })
})
