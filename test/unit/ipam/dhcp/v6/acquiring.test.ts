import { describe, expect, test } from 'vitest'
import { uint32Bytes } from '#ipam/dhcp/packet/bytes.ts'
import type { Dhcp6Message } from '#ipam/dhcp/v6/message/message.ts'
import { FakeSegment6 } from './fake-segment.ts'
import { FakeServer6, withOptions } from './fake-server.ts'

const request = 'REQUEST of fd00::3 at A'

describe('a client that acquires a lease', () => {
  test('is done as soon as the most preferred server has answered twice', () => {
    const segment = new FakeSegment6()
    segment.server.preference = 255
    expect(segment.client.phase).toBe('soliciting')
    expect(segment.news()).toEqual(['0 SOLICIT'])
    expect(segment.pass(0.1).news()).toEqual([`0 ${request}`, '0 new fd00::3/128'])
    expect(segment.client.phase).toBe('bound')
    const [solicit, asked] = segment.messages
    expect(solicit?.transaction).not.toBe(asked?.transaction)
    expect(segment.leases).toMatchObject([{ server: segment.server.duid, sinceMs: 1 }])
    expect([String(segment.leases[0]?.serverAddress), segment.client.lease]).toEqual([
      'fe80::a',
      segment.leases[0],
    ])
  })

  test('waits for other offers for a second', () => {
    const segment = new FakeSegment6()
    expect(segment.pass(2).news()).toEqual(['0 SOLICIT', `1 ${request}`, '1.1 new fd00::3/128'])
  })

  test.each([
    [3, 7, 'B'],
    [7, 3, 'A'],
    [undefined, 1, 'B'],
    [undefined, undefined, 'A'],
    [7, 7, 'A'],
    [3, 255, 'B'],
  ])('chooses between the preferences %j and %j server %s', (first, second, expected) => {
    const segment = new FakeSegment6()
    const other = new FakeServer6('B')
    segment.servers.push(other)
    segment.server.preference = first
    other.preference = second
    expect(segment.pass(2).news()[1]).toMatch(new RegExp(` ${expected}$`))
  })

  test('takes the first offer when it had to ask twice', () => {
    const segment = new FakeSegment6()
    segment.server.silence()
    segment.pass(1).server.wake()
    expect(segment.pass(1).news()).toEqual([
      '0 SOLICIT',
      '1 SOLICIT',
      `1.1 ${request}`,
      '1.1 new fd00::3/128',
    ])
  })

  test('is done at once where it may be', () => {
    const segment = new FakeSegment6({ rapidCommit: true })
    segment.server.isRapid = true
    expect(segment.pass(1).news()).toEqual(['0 SOLICIT', '0 new fd00::3/128'])
    expect(segment.leases).toMatchObject([{ sinceMs: 0 }])
  })

  test('takes offers of servers that grant nothing at once', () => {
    const segment = new FakeSegment6({ rapidCommit: true })
    expect(segment.pass(2).news().at(-1)).toBe('1.1 new fd00::3/128')
  })

  test.each([true, false])('takes no grant that it has not allowed, %s', (rapidCommit) => {
    const segment = new FakeSegment6({ rapidCommit })
    segment.server.silence()
    const reply = segment.server.reply(segment.asked, 'reply')
    const marked = withOptions(reply, { 14: new Uint8Array() })
    segment.deliver(rapidCommit ? reply : marked)
    expect(segment.client.phase).toBe('soliciting')
    segment.deliver(withOptions(marked, { 13: Uint8Array.of(0, 2) }))
    expect(segment.client.phase).toBe('soliciting')
  })

  test('asks more and more slowly, until its time is up', () => {
    const segment = new FakeSegment6()
    segment.server.silence()
    segment.pass(100)
    const seconds = [0, 1, 3.1, 7.3, 15.7, 32.5]
    expect(segment.news()).toEqual([...seconds.map((at) => `${at} SOLICIT`), '60 failed'])
    expect(new Set(segment.messages.map(({ transaction }) => transaction)).size).toBe(1)
    const elapsed = segment.messages.map(({ options }) => [...(options.get(8) ?? [])])
    expect(elapsed.slice(0, 3)).toEqual([
      [0, 0],
      [0, 104],
      [1, 58],
    ])
    expect([segment.client.phase, segment.hasAlarm]).toEqual(['stopped', false])
    expect(segment.failures).toMatchObject([
      { code: 11, msg: 'acquire DHCPv6 lease for fe80::21: no server has answered' },
    ])
  })

  test('tries without end where nobody waits for it, every hour at last', () => {
    const segment = new FakeSegment6({}, { hasBudget: false })
    segment.server.silence()
    segment.pass(40_000)
    const seconds = segment.news().map((line) => Number(line.split(' ')[0]))
    expect((seconds.at(-1) ?? 0) - (seconds.at(-2) ?? 0)).toBeCloseTo(3600, -2)
    expect(segment.asked.options.get(8)).toEqual(Uint8Array.of(255, 255))
  })

  test('asks as often at least as a server wants it', () => {
    const segment = new FakeSegment6({}, { hasBudget: false })
    segment.server.statuses = { solicit: 2 }
    segment.server.change = (answer) => withOptions(answer, { 82: uint32Bytes(60) })
    segment.pass(1000)
    const seconds = segment.news().map((line) => Number(line.split(' ')[0]))
    expect((seconds.at(-1) ?? 0) - (seconds.at(-2) ?? 0)).toBeCloseTo(60, 0)
  })

  test('asks ten times for an offer, then looks for another', () => {
    const segment = new FakeSegment6({ budgetMs: 300_000 })
    segment.server.ignored = ['request']
    segment.server.preference = 255
    segment.pass(241.1)
    const seconds = [0, 1, 3, 7, 15, 31, 61, 91, 121, 151]
    expect(segment.news()).toEqual([
      '0 SOLICIT',
      ...seconds.map((at) => `${at} ${request}`),
      '181 SOLICIT',
      ...seconds.slice(0, 6).map((at) => `${at + 181} ${request}`),
    ])
    segment.pass(100)
    expect(segment.failures[0]?.msg).toContain(': no answer to the REQUEST for fd00::3 of fe80::a')
    // The server may have taken the last one for granted.
    expect(segment.news().slice(-2)).toEqual(['300 RELEASE of fd00::3 at A', '300 failed'])
  })

  test.each([
    [2, 'NoAddrsAvail'],
    [3, 'NoBinding'],
    [4, 'NotOnLink'],
  ])('takes up to a refusal (%i) at once, and later ones more and more slowly', (status, name) => {
    const segment = new FakeSegment6()
    segment.server.preference = 255
    segment.server.statuses = { request: status }
    segment.pass(10)
    const seconds = [0, 0, 1, 3, 7]
    expect(segment.news()).toEqual(seconds.flatMap((at) => [`${at} SOLICIT`, `${at} ${request}`]))
    segment.server.statuses = {}
    expect(segment.pass(6).news().at(-1)).toBe('15 new fd00::3/128')
    const refused = new FakeSegment6()
    refused.server.statuses = { request: status }
    refused.pass(100)
    expect(refused.failures[0]?.msg).toContain(`: REPLY of fe80::a: ${name}`)
  })

  test.each([
    [1, 'UnspecFail'],
    [5, 'UseMulticast'],
  ])('asks the same again where the answer is left open (%i)', (status, name) => {
    const segment = new FakeSegment6()
    segment.server.statuses = { request: status }
    segment.pass(5)
    expect(segment.news().slice(1)).toEqual([1, 2, 4].map((at) => `${at} ${request}`))
    segment.server.statuses = {}
    expect(segment.pass(10).client.phase).toBe('bound')
    const refused = new FakeSegment6()
    refused.server.statuses = { request: status }
    refused.pass(100)
    expect(refused.failures[0]?.msg).toContain(`: REPLY of fe80::a: ${name}`)
  })

  test('passes over offers that are of no use, and says so in the end', () => {
    const segment = new FakeSegment6()
    segment.server.statuses = { solicit: 2 }
    segment.pass(100)
    expect(segment.failures[0]?.msg).toContain(': ADVERTISE of fe80::a: NoAddrsAvail')
    expect(segment.messages.every(({ type }) => type === 'solicit')).toBe(true)
  })

  test('asks in a grant that is of no use for another', () => {
    const segment = new FakeSegment6()
    segment.server.change = (answer) =>
      answer.type === 'reply' ? { ...answer, associations: [] } : answer
    segment.pass(1.1)
    expect(segment.news().slice(-2)).toEqual([`1 ${request}`, '1.1 SOLICIT'])
  })
})

describe('a client passes over', () => {
  const strangers: readonly [string, (answer: Dhcp6Message) => Dhcp6Message][] = [
    ['another transaction', (answer) => ({ ...answer, transaction: 7 })],
    ['another client', (answer) => withOptions(answer, { 1: Uint8Array.of(0, 3, 9) })],
    ['what names no client', (answer) => withOptions(answer, { 1: undefined })],
    ['what names no server', (answer) => withOptions(answer, { 2: undefined })],
    ['what names nobody as server', (answer) => withOptions(answer, { 2: Uint8Array.of(0, 3) })],
    ['what a client sends', (answer) => ({ ...answer, type: 'solicit' })],
    ['a reply without an offer', (answer) => ({ ...answer, type: 'reply' })],
  ]

  test.each(strangers)('%s', (_, change) => {
    const segment = new FakeSegment6()
    segment.server.change = change
    expect(segment.pass(2).client.phase).toBe('soliciting')
    segment.server.change = (answer) => answer
    expect(segment.pass(2).client.phase).toBe('bound')
  })

  test('answers of servers that it has not chosen', () => {
    const segment = new FakeSegment6()
    segment.server.ignored = ['request']
    segment.pass(1.2).news()
    const other = new FakeServer6('B')
    other.statuses = { request: 4 }
    segment.deliver(other.reply(segment.asked, 'reply'), other)
    other.statuses = {}
    segment.deliver(other.reply(segment.asked, 'reply'), other)
    segment.deliver(segment.server.reply(segment.asked, 'advertise'))
    expect([segment.news(), segment.client.phase]).toEqual([[], 'requesting'])
    segment.deliver(segment.server.reply(segment.asked, 'reply'))
    expect(segment.client.phase).toBe('bound')
  })

  test('packets that are damaged', () => {
    const segment = new FakeSegment6()
    segment.server.silence()
    const payload = segment.packets[0]?.payload ?? new Uint8Array()
    segment.hear({ payload: payload.slice(0, 50) })
    segment.hear({ payload: Uint8Array.of(1, 2, 3) })
    expect(segment.client.phase).toBe('soliciting')
  })

  test('what is not of IPv6', () => {
    const segment = new FakeSegment6()
    segment.server.preference = 255
    segment.server.silence()
    const payload = segment.packetOf(segment.server.reply(segment.asked, 'advertise'))
    segment.hear({ payload, etherType: 0x0800 })
    expect(segment.client.phase).toBe('soliciting')
    segment.hear({ payload })
    expect(segment.client.phase).toBe('requesting')
  })
})
