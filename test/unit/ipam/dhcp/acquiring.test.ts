import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { ipv4Bytes } from '#ipam/dhcp/packet/bytes.ts'
import { FakeSegment } from './fake-segment.ts'
import { withOptions } from './fake-server.ts'

const otherServer = ipv4Bytes(parseIpAddress('10.1.2.9'))
const discover = 'DHCPDISCOVER'
const request = 'DHCPREQUEST of 10.1.2.3 at 10.1.2.1'
const isAck = ({ options }: DhcpMessage) => findMessageType(options) === 'ack'

describe('a client that acquires a lease', () => {
  test('is done as soon as the server has answered twice', () => {
    const segment = new FakeSegment()
    expect(segment.client.phase).toBe('selecting')
    expect(segment.news()).toEqual([`0 ${discover}`])
    expect(segment.pass(0.1).news()).toEqual([`0 ${request}`, '0 new 10.1.2.3/24'])
    expect([segment.client.phase, String(segment.client.lease?.address)]).toEqual([
      'bound',
      '10.1.2.3/24',
    ])
    const [, { transaction } = { transaction: 0 }] = segment.messages
    expect(segment.messages[0]?.transaction).toBe(transaction)
    expect(segment.leases).toMatchObject([{ serverMac: '02:00:00:00:00:01', sinceMs: 1 }])
  })

  test('asks more and more slowly, until its time is up', () => {
    const segment = new FakeSegment()
    segment.server.silence()
    segment.pass(300)
    const seconds = [0, 4, 12, 28, 60, 124, 188]
    expect(segment.news()).toEqual([...seconds.map((at) => `${at} ${discover}`), '208 failed'])
    const transactions = new Set(segment.messages.map(({ transaction }) => transaction))
    expect(transactions.size).toBe(1)
    expect(segment.messages.map((message) => message.seconds)).toEqual(seconds)
    expect([segment.client.phase, segment.hasAlarm]).toEqual(['stopped', false])
    expect(segment.failures).toMatchObject([
      { code: 11, msg: 'acquire DHCP lease for 02:00:00:00:00:21: no server has answered' },
    ])
  })

  test.each([
    [0x00, '3 DHCPDISCOVER'],
    [0xff, '5 DHCPDISCOVER'],
  ])('sends a second sooner or later by chance %i', (chance, expected) => {
    const segment = new FakeSegment()
    segment.server.silence()
    segment.news()
    segment.client.setLinkUp(false)
    segment.chance = chance
    segment.client.setLinkUp(true)
    expect(segment.pass(5).news()).toEqual(['0 DHCPDISCOVER', expected])
  })

  test('waits as it is told', () => {
    const timing = { firstWaitMs: 500, longestWaitMs: 1500, budgetMs: 5000 }
    const segment = new FakeSegment({ timing })
    segment.server.silence()
    const seconds = [0, 0.5, 1.5, 3, 4.5]
    expect(segment.pass(9).news()).toEqual([
      ...seconds.map((at) => `${at} ${discover}`),
      '5 failed',
    ])
  })

  test('never sends at once what it sends again, however little it is to wait', () => {
    const timing = { firstWaitMs: 500, longestWaitMs: 500, budgetMs: 5000 }
    const segment = new FakeSegment({ timing }, { isLinkUp: false })
    segment.server.silence()
    segment.chance = 0
    segment.client.setLinkUp(true)
    expect(segment.pass(0.55).news()).toEqual(['0', '0.3', '0.5'].map((at) => `${at} ${discover}`))
  })

  test('tries without end where nobody waits for it', () => {
    const segment = new FakeSegment({}, { hasBudget: false })
    segment.server.silence()
    expect(segment.pass(10_000).news().length).toBeGreaterThan(150)
    segment.server.wake()
    expect(segment.pass(65).news().at(-1)).toMatch(/ new /)
  })

  test('asks three times for an offer, then looks for another', () => {
    const segment = new FakeSegment()
    segment.server.ignored = ['request']
    const seconds = [0, 4, 12]
    expect(segment.pass(28.1).news()).toEqual([
      `0 ${discover}`,
      ...seconds.map((at) => `${at} ${request}`),
      `28 ${discover}`,
      `28 ${request}`,
    ])
    const [first, second] = segment.messages
    expect(second?.seconds).toBe(first?.seconds)
    segment.pass(300)
    expect(segment.failures[0]?.msg).toContain(
      ': no answer to the DHCPREQUEST for 10.1.2.3 of 10.1.2.1',
    )
    // The server may have taken the last one for granted.
    expect(segment.news().slice(-2)).toEqual([
      '208 DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1',
      '208 failed',
    ])
  })

  test('takes up to a refusal at once, and later ones more and more slowly', () => {
    const segment = new FakeSegment()
    segment.server.refuses = true
    segment.server.change = (answer) =>
      withOptions(answer, { 56: Uint8Array.from(Buffer.from('no\n')) })
    segment.pass(15)
    const times = [0, 0, 4, 12]
    expect(segment.news()).toEqual(times.flatMap((at) => [`${at} ${discover}`, `${at} ${request}`]))
    segment.server.refuses = false
    expect(segment.pass(16).news().at(-1)).toBe('28 new 10.1.2.3/24')
    const refused = new FakeSegment()
    refused.server.refuses = true
    refused.pass(300)
    expect(refused.failures[0]?.msg).toContain(': DHCPNAK of 10.1.2.1')
  })

  test('passes over offers that are of no use, and says so in the end', () => {
    const segment = new FakeSegment()
    segment.server.given = parseIpAddress('127.0.0.1')
    segment.pass(300)
    expect(segment.failures[0]?.msg).toContain(
      ': DHCPOFFER of 10.1.2.1: it gives the address 127.0.0.1',
    )
    expect(segment.messages.every(({ options }) => findMessageType(options) === 'discover')).toBe(
      true,
    )
  })

  test('passes over acknowledgements that are of no use', () => {
    const segment = new FakeSegment()
    segment.server.change = (answer) =>
      isAck(answer) ? withOptions(answer, { 51: new Uint8Array(4) }) : answer
    segment.pass(3)
    expect(segment.client.phase).toBe('requesting')
    segment.server.change = (answer) => answer
    expect(segment.pass(2).client.phase).toBe('bound')
  })

  test('gives back what has no subnet mask, and says so at once', () => {
    const segment = new FakeSegment()
    segment.server.change = (answer) => withOptions(answer, { 1: undefined })
    expect(segment.pass(1).news().slice(2)).toEqual([
      '0 DHCPRELEASE from 10.1.2.3 at 10.1.2.1 to 10.1.2.1',
      '0 failed',
    ])
    expect(segment.failures[0]?.msg).toContain(
      ': DHCPACK of 10.1.2.1 has no subnet mask (option 1)',
    )
    expect(segment.client.phase).toBe('stopped')
  })

  test('tries again for a subnet mask where nobody waits for it', () => {
    const segment = new FakeSegment({}, { hasBudget: false })
    segment.server.change = (answer) => withOptions(answer, { 1: undefined })
    segment.pass(3)
    segment.server.change = (answer) => answer
    expect(segment.pass(2).client.phase).toBe('bound')
  })

  test('does without the identity of a server that does not tell it', () => {
    const segment = new FakeSegment()
    segment.server.change = (answer) => withOptions(answer, { 54: undefined })
    expect(segment.pass(1).news()).toEqual([
      `0 ${discover}`,
      '0 DHCPREQUEST of 10.1.2.3',
      '0 new 10.1.2.3/24',
    ])
  })
})

describe('a client passes over', () => {
  const strangers: readonly [string, (answer: DhcpMessage) => DhcpMessage][] = [
    ['another transaction', (answer) => ({ ...answer, transaction: 7 })],
    ['another client', (answer) => ({ ...answer, mac: parseMac('02:00:00:00:00:22') })],
    ['what a client sends', (answer) => ({ ...answer, sender: 'client' })],
    ['a message of no type', (answer) => withOptions(answer, { 53: undefined })],
    ['an answer to another identifier', (answer) => withOptions(answer, { 61: Uint8Array.of(9) })],
  ]

  test.each(strangers)('%s', (_, change) => {
    const segment = new FakeSegment()
    segment.server.change = change
    expect(segment.pass(3).client.phase).toBe('selecting')
    segment.server.change = (answer) => withOptions(answer, { 61: Uint8Array.of(0, 0x61) })
    expect(segment.pass(2).client.phase).toBe('bound')
  })

  test('answers of servers that it has not chosen', () => {
    const segment = new FakeSegment()
    segment.server.ignored = ['request']
    segment.pass(1).news()
    const [, asked] = segment.messages
    if (asked === undefined) throw new Error('nothing was asked for')
    for (const type of ['offer', 'ack', 'nak'] as const) {
      segment.deliver(withOptions(segment.server.reply(asked, type), { 54: otherServer }))
      segment.deliver(withOptions(segment.server.reply(asked, type), { 54: undefined }))
    }
    segment.deliver(segment.server.reply(asked, 'offer'))
    expect([segment.news(), segment.client.phase]).toEqual([[], 'requesting'])
    segment.deliver(segment.server.reply(asked, 'ack'))
    expect(segment.client.phase).toBe('bound')
  })

  test('packets that are damaged', () => {
    const segment = new FakeSegment()
    const payload = Uint8Array.of(1, 2, 3)
    for (const etherType of [0x0800, 0x0806] as const) {
      const packet = { etherType, source: parseMac('02:00:00:00:00:99'), payload }
      segment.client.receive({ ...packet, isChecksumPending: true })
    }
    expect(segment.client.phase).toBe('selecting')
  })
})
