import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { FakeSegment } from './fake-segment.ts'

const discover = 'DHCPDISCOVER'
const request = 'DHCPREQUEST of 10.1.2.3 at 10.1.2.1'

describe('a client that looks for the address on the link', () => {
  const conflictProbe = { count: 2, intervalMs: 50 }

  test('takes it when nobody answers', () => {
    const segment = new FakeSegment({ conflictProbe })
    segment.pass(0.01)
    expect([segment.client.phase, segment.client.lease]).toEqual(['probing', undefined])
    expect(segment.news().slice(2)).toEqual(['0 who has 10.1.2.3'])
    segment.deliverArp('10.1.2.4')
    segment.deliverArp('10.1.2.3', '020000000021')
    expect(segment.pass(0.2).news()).toEqual(['0.1 who has 10.1.2.3', '0.1 new 10.1.2.3/24'])
    expect(segment.leases[0]?.sinceMs).toBe(1)
  })

  test('declines it when somebody has it, and begins anew after ten seconds', () => {
    const segment = new FakeSegment({ conflictProbe })
    segment.pass(0.06).news()
    segment.deliverArp('10.1.2.3')
    expect([segment.news(), segment.client.phase]).toEqual([
      ['0.1 DHCPDECLINE of 10.1.2.3 at 10.1.2.1'],
      'init',
    ])
    segment.server.given = parseIpAddress('10.1.2.4')
    expect(segment.pass(9).news()).toEqual([])
    expect(segment.pass(2).news().slice(0, 2)).toEqual([
      `10.1 ${discover}`,
      '10.1 DHCPREQUEST of 10.1.2.4 at 10.1.2.1',
    ])
    expect(String(segment.client.lease?.address)).toBe('10.1.2.4/24')
  })

  test('says who has it when its time is up', () => {
    const timing = { firstWaitMs: 1000, longestWaitMs: 1000, budgetMs: 5000 }
    const segment = new FakeSegment({ conflictProbe, timing })
    segment.pass(0.06)
    segment.deliverArp('10.1.2.3')
    segment.pass(5)
    expect(segment.failures[0]?.msg).toContain(
      ': 10.1.2.3 of 10.1.2.1 is in use by 02:00:00:00:00:99',
    )
  })

  test('asks again when the link was down meanwhile', () => {
    const segment = new FakeSegment({ conflictProbe })
    segment.pass(0.06).news()
    segment.client.setLinkUp(false)
    expect([segment.pass(2).news(), segment.client.phase]).toEqual([[], 'probing'])
    segment.client.setLinkUp(true)
    expect(segment.pass(1).news()).toEqual([
      '2.1 who has 10.1.2.3',
      '2.1 who has 10.1.2.3',
      '2.2 new 10.1.2.3/24',
    ])
  })
})

describe('while the link is down, a client', () => {
  test('sends nothing, and says so when its time is up', () => {
    const segment = new FakeSegment({}, { isLinkUp: false })
    expect(segment.pass(300).news()).toEqual(['208 failed'])
    expect(segment.failures[0]?.msg).toContain(': the link is down')
  })

  test.each([
    ['selecting', ['discover']],
    ['requesting', ['request']],
  ] as const)('waits in the phase %s to begin anew at once', (phase, ignored) => {
    const segment = new FakeSegment()
    segment.server.ignored = ignored
    segment.pass(1)
    expect(segment.client.phase).toBe(phase)
    segment.client.setLinkUp(false)
    segment.news()
    expect(segment.pass(20).news()).toEqual([])
    segment.server.wake()
    segment.client.setLinkUp(true)
    expect(segment.pass(0.1).news()).toEqual([
      `21 ${discover}`,
      `21 ${request}`,
      '21 new 10.1.2.3/24',
    ])
  })

  test('is not woken twice', () => {
    const segment = new FakeSegment()
    segment.client.setLinkUp(true)
    expect(segment.news()).toEqual([`0 ${discover}`])
  })
})

describe('stopping a client', () => {
  const stories: readonly [string, readonly ('discover' | 'request')[], readonly string[]][] = [
    ['before an offer sends nothing', ['discover'], []],
    [
      'that has asked for an offer gives it back',
      ['request'],
      ['1 DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1'],
    ],
    ['that has a lease gives it back', [], ['1 DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1']],
  ]

  test.each(stories)('%s', (_, ignored, expected) => {
    const segment = new FakeSegment()
    segment.server.ignored = ignored
    segment.pass(1).news()
    segment.client.release()
    expect(segment.news()).toEqual(expected)
    expect([segment.client.phase, segment.hasAlarm]).toEqual(['stopped', false])
    segment.server.wake()
    segment.client.setLinkUp(true)
    segment.client.release()
    expect(segment.pass(1000).news()).toEqual([])
  })

  test('that looks for its address on the link gives it back', () => {
    const segment = new FakeSegment({ conflictProbe: { count: 1, intervalMs: 500 } })
    segment.pass(0.1).news()
    segment.client.release()
    expect(segment.news()).toEqual(['0.1 DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1'])
  })
})
