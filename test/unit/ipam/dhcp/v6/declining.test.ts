import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { FakeSegment6 } from './fake-segment.ts'
import { FakeServer6 } from './fake-server.ts'

describe('an address that somebody else has', () => {
  test('is declined, and another one is got', () => {
    const segment = new FakeSegment6()
    segment.server.preference = 255
    segment.pass(1).news()
    segment.server.given = parseIpAddress('fd00::4')
    segment.client.decline({ hasBudget: true })
    expect([segment.client.phase, segment.client.lease]).toEqual(['declining', undefined])
    expect(segment.pass(0.1).news()).toEqual([
      '1 DECLINE of fd00::3 at A',
      '1 lost fd00::3/128: contested',
      '1 SOLICIT',
      '1 REQUEST of fd00::4 at A',
      '1 new fd00::4/128',
    ])
  })

  test('is declined four times where the server does not answer, while time is left', () => {
    const segment = new FakeSegment6()
    segment.pass(2).news()
    segment.server.silence()
    segment.client.decline({ hasBudget: true })
    segment.pass(100)
    expect(segment.news().slice(0, 6)).toEqual([
      '2 DECLINE of fd00::3 at A',
      '2 lost fd00::3/128: contested',
      ...[3, 5, 9].map((at) => `${at} DECLINE of fd00::3 at A`),
      '17 SOLICIT',
    ])
    expect(segment.news()).toEqual([])
    expect(segment.failures[0]?.msg).toContain(': fd00::3 of fe80::a is in use by somebody else')
  })

  test('is declined only while time is left', () => {
    const segment = new FakeSegment6({ budgetMs: 5000 }, { hasBudget: false })
    segment.pass(2).server.silence()
    segment.client.decline({ hasBudget: true })
    segment.pass(10)
    expect([segment.news().at(-1), segment.client.phase]).toEqual(['7 failed', 'stopped'])
  })

  test('that is given again and again is declined more and more slowly, without end', () => {
    const segment = new FakeSegment6({}, { hasBudget: false })
    segment.server.preference = 255
    const seconds: number[] = []
    for (let second = 0; second < 200; second += 1) {
      segment.pass(1)
      if (segment.client.phase !== 'bound') continue
      segment.client.decline({ hasBudget: false })
      seconds.push(second)
    }
    expect(seconds).toEqual([0, 1, 3, 6, 11, 20, 37, 70, 131, 192])
    expect(segment.failures).toEqual([])
  })

  test('is nothing to a client that has none', () => {
    const segment = new FakeSegment6()
    segment.server.silence()
    segment.news()
    segment.client.decline({ hasBudget: true })
    expect([segment.client.phase, segment.news()]).toEqual(['soliciting', []])
  })

  test('is declined at the server that gave it alone', () => {
    const segment = new FakeSegment6()
    segment.pass(2).server.silence()
    segment.client.decline({ hasBudget: true })
    const other = new FakeServer6('B')
    segment.deliver(other.reply(segment.asked, 'reply'), other)
    expect(segment.client.phase).toBe('declining')
  })
})
