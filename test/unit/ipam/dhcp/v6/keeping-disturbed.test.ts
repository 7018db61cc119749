import { describe, expect, test } from 'vitest'
import { bound, deserted, FakeSegment6, settings } from './fake-segment.ts'

const confirm = 'CONFIRM of fd00::3'
const extended = 'extended fd00::3/128'
const release = 'RELEASE of fd00::3 at A'
const solicitAgain = 'SOLICIT of fd00::3'

describe('a client that begins with a lease from before', () => {
  /** After so many seconds of another one, which has ended without a word. */
  function resumed(second: number, prepare: (segment: FakeSegment6) => void = () => {}) {
    const before = bound()
    before.client.abandon()
    expect([before.news(), before.client.phase]).toEqual([[], 'stopped'])
    const [lease] = before.leases
    if (lease === undefined) throw new Error('there is no lease')
    const sinceMs = lease.sinceMs - second * 1000
    const segment = new FakeSegment6({}, { lease: { ...lease, sinceMs }, hasBudget: false })
    prepare(segment)
    return segment
  }

  test('asks within a second whether it fits the link, and keeps its times', () => {
    const segment = resumed(30)
    expect([segment.client.phase, String(segment.client.lease?.address)]).toEqual([
      'confirming',
      'fd00::3/128',
    ])
    expect(segment.news()).toEqual([])
    expect(segment.pass(31).news()).toEqual([
      `0.5 ${confirm}`,
      `0.5 ${extended}`,
      '30 RENEW of fd00::3 at A',
      `30 ${extended}`,
    ])
    expect(segment.messages[0]?.options.get(8)).toEqual(Uint8Array.of(0, 0))
  })

  test('renews it at once where that is due', () => {
    expect(resumed(70).pass(1).news()).toEqual([
      `0.5 ${confirm}`,
      `0.5 ${extended}`,
      '0.5 RENEW of fd00::3 at A',
      `0.5 ${extended}`,
    ])
  })

  test('goes on with it where nobody answers for ten seconds', () => {
    const segment = resumed(10, ({ server }) => server.silence())
    expect(segment.pass(51).news()).toEqual([
      ...[0.5, 1.5, 3.5, 7.5].map((at) => `${at} ${confirm}`),
      `10.5 ${extended}`,
      '50 RENEW of fd00::3 at A',
    ])
  })

  test('goes on with it only until it is over', () => {
    const segment = resumed(118, ({ server }) => server.silence())
    expect(segment.pass(2.5).news()).toEqual([
      `0.5 ${confirm}`,
      `1.5 ${confirm}`,
      '2 lost fd00::3/128: expired',
      `2 ${solicitAgain}`,
    ])
  })

  test('gets another one where it does not fit the link', () => {
    const segment = resumed(30, ({ server }) => {
      server.statuses = { confirm: 4 }
    })
    expect(segment.pass(2).news()).toEqual([
      `0.5 ${confirm}`,
      '0.5 lost fd00::3/128: refused',
      '0.5 SOLICIT',
      '1.6 REQUEST of fd00::3 at A',
      '1.6 new fd00::3/128',
    ])
  })

  test('passes over answers that say neither', () => {
    const segment = resumed(30, ({ server }) => {
      server.statuses = { confirm: 1 }
    })
    expect(segment.pass(2).client.phase).toBe('confirming')
  })

  test('gets the same one again where it is over', () => {
    expect(resumed(121).pass(2).news()).toEqual([
      '0 lost fd00::3/128: expired',
      `0 ${solicitAgain}`,
      '1 REQUEST of fd00::3 at A',
      '1.1 new fd00::3/128',
    ])
  })

  test('can give it back without asking', () => {
    const [lease] = bound().leases
    const segment = new FakeSegment6({}, { isLinkUp: false, ...(lease && { lease }) })
    segment.client.release()
    expect(segment.news()).toEqual([])
    segment.client.setLinkUp(true)
    expect(segment.pass(1).news()).toEqual([`0 ${release}`, '0 released: true'])
  })
})

describe('a link that was down', () => {
  test.each([
    ['bound', 2],
    ['renewing', 61],
    ['rebinding', 97],
  ] as const)(
    'makes a client in the phase %s ask whether its lease still fits',
    (phase, second) => {
      const segment = deserted(second)
      expect(segment.client.phase).toBe(phase)
      segment.client.setLinkUp(false)
      expect(segment.pass(5).news()).toEqual([])
      segment.server.wake()
      segment.client.setLinkUp(true)
      const at = second + 5.5
      expect(segment.pass(0.6).news().slice(0, 2)).toEqual([
        `${at} ${confirm}`,
        `${at} ${extended}`,
      ])
    },
  )

  test('does not make a lease last longer', () => {
    const segment = deserted(62)
    segment.client.setLinkUp(false)
    expect(segment.pass(100).news()).toEqual(['120 lost fd00::3/128: expired'])
    segment.server.wake()
    segment.client.setLinkUp(true)
    expect(segment.pass(0.1).news()).toEqual([`162 ${solicitAgain}`, '162 new fd00::3/128'])
  })

  test('makes a client that has asked begin anew', () => {
    const segment = new FakeSegment6()
    segment.server.ignored = ['request']
    segment.pass(2).news()
    segment.client.setLinkUp(false)
    segment.client.setLinkUp(true)
    expect(segment.news()).toEqual(['2 SOLICIT'])
  })

  test('makes a client that has asked for what it has ask whether it fits', () => {
    const segment = bound()
    segment.server.statuses = { renew: 3 }
    segment.server.ignored = ['request']
    segment.pass(60).news()
    segment.client.setLinkUp(false)
    segment.client.setLinkUp(true)
    expect(segment.pass(1).news()[0]).toBe(`61.5 ${confirm}`)
  })

  test('carries nothing, and an acquisition says so when its time is up', () => {
    const segment = new FakeSegment6({}, { isLinkUp: false })
    expect(segment.pass(100).news()).toEqual(['60 failed'])
    expect(segment.failures[0]?.msg).toContain(': the link is down')
  })

  test('is not up twice', () => {
    const segment = new FakeSegment6()
    segment.client.setLinkUp(true)
    expect(segment.news()).toEqual(['0 SOLICIT'])
  })
})

describe('releasing a lease', () => {
  test('ends when the server confirms it, whatever it says', () => {
    const segment = bound()
    segment.server.statuses = { release: 3 }
    segment.client.release()
    expect([segment.client.phase, segment.client.lease]).toEqual(['releasing', undefined])
    expect(segment.pass(1).news()).toEqual([`1 ${release}`, '1 released: true'])
    expect([segment.client.phase, segment.hasAlarm]).toEqual(['stopped', false])
    segment.client.release()
    segment.client.setLinkUp(true)
    segment.client.decline({ hasBudget: true })
    expect(segment.pass(1000).news()).toEqual([])
  })

  test('is said four times at most', () => {
    const segment = deserted(2)
    segment.client.release()
    segment.client.release()
    expect(segment.pass(100).news()).toEqual([
      ...[2, 3, 5, 9].map((at) => `${at} ${release}`),
      '17 released: false',
    ])
    expect(segment.client.phase).toBe('stopped')
  })

  test('can be cut short', () => {
    const segment = deserted(2)
    segment.client.release()
    segment.client.abandon()
    expect([segment.pass(100).news(), segment.client.phase]).toEqual([[`2 ${release}`], 'stopped'])
  })

  test('is said again when the link is up again', () => {
    const segment = bound()
    segment.client.setLinkUp(false)
    segment.client.release()
    expect(segment.pass(5).news()).toEqual([])
    segment.client.setLinkUp(true)
    expect(segment.pass(1).news()).toEqual([`6 ${release}`, '6 released: true'])
  })

  test('is not confirmed by another server', () => {
    const segment = deserted(2)
    segment.client.release()
    const reply = segment.server.reply(segment.asked, 'reply')
    segment.deliver({ ...reply, options: new Map([...reply.options, [2, settings.duid]]) })
    expect(segment.client.phase).toBe('releasing')
  })

  test.each([
    ['soliciting', [], ['2 released: true']],
    ['requesting', ['solicit'], [`2 ${release}`, '2 released: true']],
  ] as const)('in the phase %s gives back what may be granted', (phase, answered, expected) => {
    const segment = new FakeSegment6()
    segment.server.ignored = ['solicit', 'request'].filter(
      (type) => !answered.includes(type as never),
    ) as ('solicit' | 'request')[]
    segment.pass(2).news()
    expect(segment.client.phase).toBe(phase)
    segment.client.release()
    expect(segment.pass(1).news()).toEqual(expected)
  })
})
