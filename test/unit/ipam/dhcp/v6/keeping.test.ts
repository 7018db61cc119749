import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { bound, deserted, FakeSegment6 } from './fake-segment.ts'
import { FakeServer6, withOptions } from './fake-server.ts'

const renew = 'RENEW of fd00::3 at A'
const rebind = 'REBIND of fd00::3'
/** After an expiry the client would like to have the same address. */
const solicitAgain = 'SOLICIT of fd00::3'
const extended = 'extended fd00::3/128'

/** The answer with an address for no time any more, and perhaps another one. */
function withdrawn(answer: Dhcp6Message, other?: string): Dhcp6Message {
  const [association] = answer.associations
  const [given] = association?.addresses ?? []
  if (association === undefined || given === undefined) throw new Error('nothing is given')
  const gone = { ...given, preferredSeconds: 0, validSeconds: 0 }
  const others = other === undefined ? [] : [{ ...given, address: parseIpAddress(other) }]
  return { ...answer, associations: [{ ...association, addresses: [gone, ...others] }] }
}

/** What has happened, without when. */
function storyOf(segment: FakeSegment6): readonly string[] {
  return segment.news().map((line) => line.replace(/^[0-9.]+ /, ''))
}

describe('a client that holds a lease', () => {
  test('renews it at T1, at its server alone, again and again', () => {
    const segment = bound()
    expect(segment.pass(120).news()).toEqual([
      `60 ${renew}`,
      `60 ${extended}`,
      `120 ${renew}`,
      `120 ${extended}`,
    ])
    const [first, second] = segment.messages.slice(-2)
    expect(first?.transaction).not.toBe(second?.transaction)
    expect(segment.leases.at(-1)?.sinceMs).toBe(120_000)
  })

  test('asks again and again, from T2 on everybody, until the lease is over', () => {
    const segment = deserted(2)
    expect(segment.pass(123).news()).toEqual([
      `60 ${renew}`,
      `70 ${renew}`,
      `90 ${renew}`,
      `96 ${rebind}`,
      `106 ${rebind}`,
      '120 lost fd00::3/128: expired',
      `120 ${solicitAgain}`,
      `121 ${solicitAgain}`,
      `123.1 ${solicitAgain}`,
    ])
    const transactions = segment.messages.slice(1, 6).map(({ transaction }) => transaction)
    expect(new Set(transactions).size).toBe(2)
    segment.server.wake()
    expect(segment.pass(20).news()).toEqual([`127.3 ${solicitAgain}`, '127.4 new fd00::3/128'])
  })

  test('does not insist on an address that was refused after it was over', () => {
    const segment = deserted(2)
    segment.pass(118.5).news()
    segment.server.wake()
    segment.server.statuses = { request: 2 }
    segment.server.isRapid = false
    segment.server.preference = 255
    segment.pass(2)
    expect(storyOf(segment).slice(0, 4)).toEqual([
      solicitAgain,
      'REQUEST of fd00::3 at A',
      'SOLICIT',
      'REQUEST of fd00::3 at A',
    ])
  })

  test('waits ten minutes at most between two questions', () => {
    const segment = new FakeSegment6()
    segment.server.terms = [10_000, 20_000, 40_000, 40_000]
    segment.pass(2)
    segment.server.silence()
    segment.news()
    segment.pass(19_000)
    const seconds = segment.news().map((line) => Number(line.split(' ')[0]))
    const waits = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0))
    expect(Math.round(Math.max(...waits))).toBe(600)
    expect(waits.slice(0, 3).map(Math.round)).toEqual([10, 20, 40])
  })

  test('goes on at the first answer while it asks its server', () => {
    const segment = deserted(65)
    expect(segment.client.phase).toBe('renewing')
    segment.server.wake()
    expect(segment.pass(10).news()).toEqual([`70 ${renew}`, `70 ${extended}`])
    expect([segment.client.phase, segment.client.lease]).toEqual(['bound', segment.leases.at(-1)])
  })

  test('goes on at the first answer of anybody while it asks everybody', () => {
    const segment = deserted(97)
    expect(segment.client.phase).toBe('rebinding')
    const other = new FakeServer6('B')
    segment.servers.push(other)
    expect(segment.pass(10).news()).toEqual([`106 ${rebind}`, `106 ${extended}`])
    expect(segment.client.lease).toMatchObject({ server: other.duid, serverAddress: other.address })
  })

  test('passes over answers of others while it asks its server', () => {
    const segment = deserted(62)
    const other = new FakeServer6('B')
    segment.deliver(other.reply(segment.asked, 'reply'), other)
    segment.deliver(segment.server.reply(segment.asked, 'advertise'))
    expect([segment.client.phase, segment.news()]).toEqual(['renewing', []])
  })

  test('passes over all answers when it has asked nothing', () => {
    const segment = bound()
    for (const type of ['advertise', 'reply'] as const) {
      segment.deliver(segment.server.reply(segment.asked, type))
    }
    expect([segment.client.phase, segment.news()]).toEqual(['bound', []])
  })

  const useless: readonly [string, (answer: Dhcp6Message) => Dhcp6Message][] = [
    ['fail', (answer) => withOptions(answer, { 13: Uint8Array.of(0, 1) })],
    ['say nothing of it', (answer) => ({ ...answer, associations: [] })],
    [
      'have T1 after T2',
      (answer) => ({
        ...answer,
        associations: answer.associations.map((each) => ({ ...each, renewalSeconds: 99 })),
      }),
    ],
  ]
  test.each(useless)('passes over answers that %s', (_, change) => {
    const segment = bound()
    segment.server.change = change
    expect(segment.pass(98).news()).toEqual([
      `60 ${renew}`,
      `70 ${renew}`,
      `90 ${renew}`,
      `96 ${rebind}`,
    ])
    expect(segment.client.phase).toBe('rebinding')
  })

  test('never asks for one without end', () => {
    const segment = new FakeSegment6()
    const forever = 0xffffffff
    segment.server.terms = [0, 0, forever, forever]
    segment.pass(2).news()
    expect([segment.pass(1e9).news(), segment.hasAlarm]).toEqual([[], false])
  })

  test('renews one of a hundred days in time', () => {
    const segment = new FakeSegment6()
    segment.server.terms = [0, 0, 8_640_000, 8_640_000]
    segment.pass(2).news()
    expect(segment.pass(4_320_000).news()[0]).toBe(`4320001.1 ${renew}`)
  })

  test.each([
    [100, [rebind]],
    [130, ['lost fd00::3/128: expired', solicitAgain]],
  ])('that has slept until second %i is not confused', (second, expected) => {
    const segment = bound()
    segment.server.silence()
    segment.nowMs = second * 1000
    expect(segment.pass(0.5).news()).toEqual(expected.map((line) => `${second} ${line}`))
  })
})

describe('a lease that a server', () => {
  test.each([
    ['renewing', 62, renew],
    ['rebinding', 97, rebind],
  ] as const)('knows nothing of is asked for again, in the phase %s', (phase, second, asking) => {
    const segment = deserted(second)
    expect(segment.client.phase).toBe(phase)
    segment.server.wake()
    segment.server.statuses = { renew: 3, rebind: 3 }
    segment.pass(10)
    expect(storyOf(segment)).toEqual([asking, 'REQUEST of fd00::3 at A', extended])
  })

  test('knows nothing of is used on until it is over, or the server answers', () => {
    const segment = bound()
    segment.server.statuses = { renew: 3, rebind: 3 }
    segment.server.ignored = ['request']
    segment.pass(62)
    expect([segment.client.phase, String(segment.client.lease?.address)]).toEqual([
      'requesting',
      'fd00::3/128',
    ])
    segment.server.silence()
    segment.pass(56).news()
    expect(segment.pass(2).news().slice(0, 2)).toEqual([
      '120 lost fd00::3/128: expired',
      `120 ${solicitAgain}`,
    ])
  })

  test('knows nothing of, and does not want to, is asked for elsewhere', () => {
    const segment = new FakeSegment6()
    segment.server.terms = [60, 3600, 7200, 7200]
    segment.pass(2)
    segment.server.statuses = { renew: 3 }
    segment.server.ignored = ['request']
    segment.pass(100).server.silence()
    segment.news()
    expect(segment.pass(142).client.phase).toBe('renewing')
    expect(segment.news().at(-1)).toBe(`242.1 ${renew}`)
    segment.server.wake()
    segment.server.statuses = { renew: 3, request: 2 }
    segment.pass(10)
    expect(storyOf(segment)).toEqual([
      renew,
      'REQUEST of fd00::3 at A',
      'lost fd00::3/128: refused',
      'SOLICIT',
      'REQUEST of fd00::3 at A',
    ])
  })

  test.each([
    ['renewing', 62, renew],
    ['rebinding', 97, rebind],
  ] as const)('finds on the wrong link is lost, in the phase %s', (phase, second, asking) => {
    const segment = deserted(second)
    expect(segment.client.phase).toBe(phase)
    segment.server.wake()
    segment.server.statuses = { renew: 4, rebind: 4 }
    segment.pass(10)
    expect(storyOf(segment)).toEqual([
      asking,
      'lost fd00::3/128: refused',
      'SOLICIT',
      'new fd00::3/128',
    ])
  })

  test('withdraws is lost', () => {
    const segment = bound()
    segment.server.change = (answer) => withdrawn(answer)
    segment.pass(60)
    expect(storyOf(segment).slice(0, 3)).toEqual([renew, 'lost fd00::3/128: refused', 'SOLICIT'])
  })

  test('replaces has another address then', () => {
    const segment = bound()
    segment.server.change = (answer) => withdrawn(answer, 'fd00::4')
    segment.pass(60)
    expect(storyOf(segment)).toEqual([renew, 'extended fd00::4/128'])
    expect(String(segment.client.lease?.address)).toBe('fd00::4/128')
  })
})
