import { describe, expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { ipv4Bytes, uint32Bytes } from '#ipam/dhcp/packet/bytes.ts'
import { bound, deserted, FakeSegment } from './fake-segment.ts'
import { withOptions } from './fake-server.ts'

const otherServer = ipv4Bytes(parseIpAddress('10.1.2.9'))
const discover = 'DHCPDISCOVER'
/** After an expiry the client would like to have the same address. */
const discoverAgain = 'DHCPDISCOVER of 10.1.2.3'
const request = 'DHCPREQUEST of 10.1.2.3 at 10.1.2.1'
const renewal = 'DHCPREQUEST from 10.1.2.3 to 10.1.2.1'
const rebinding = 'DHCPREQUEST from 10.1.2.3'

describe('a client that holds a lease', () => {
  test('renews it at half of its time, at its server alone, again and again', () => {
    const segment = bound()
    expect(segment.pass(120).news()).toEqual([
      `58.5 ${renewal}`,
      '58.5 extended 10.1.2.3/24',
      `117 ${renewal}`,
      '117 extended 10.1.2.3/24',
    ])
    expect(segment.packets.at(-1)).toMatchObject({ destination: '02:00:00:00:00:01' })
    const [first, second] = segment.messages.slice(-2)
    expect(first?.transaction).not.toBe(second?.transaction)
    expect(segment.leases.at(-1)?.sinceMs).toBeCloseTo(117_002, -1)
  })

  test('asks again and again, then everybody, until the lease is over', () => {
    const segment = deserted(2)
    expect(segment.pass(131).news()).toEqual([
      `58.5 ${renewal}`,
      `81.8 ${renewal}`,
      `93.4 ${renewal}`,
      `99.2 ${renewal}`,
      `104.8 ${renewal}`,
      `105 ${rebinding}`,
      `112.5 ${rebinding}`,
      `116.3 ${rebinding}`,
      `118.1 ${rebinding}`,
      '120 lost 10.1.2.3/24: expired',
      `120 ${discoverAgain}`,
      `124 ${discoverAgain}`,
      `132 ${discoverAgain}`,
    ])
    const transactions = segment.messages.slice(2, 11).map(({ transaction }) => transaction)
    expect(new Set(transactions).size).toBe(1)
    segment.server.wake()
    expect(segment.pass(20).news()).toEqual([
      `148 ${discoverAgain}`,
      `148 ${request}`,
      '148 new 10.1.2.3/24',
    ])
  })

  test('looks for its address on the link no second time', () => {
    const segment = bound({ conflictProbe: { count: 1, intervalMs: 50 } })
    expect(segment.pass(59).news()).toEqual([`58.5 ${renewal}`, '58.5 extended 10.1.2.3/24'])
  })

  test('does not insist on an address that was refused after it was over', () => {
    const segment = deserted(2)
    segment.pass(119).news()
    segment.server.wake()
    segment.server.refuses = true
    const story = segment
      .pass(4)
      .news()
      .map((line) => line.replace(/^[0-9.]+ /, ''))
    expect(story).toEqual([discoverAgain, request, discover, request])
  })

  test('asks every minute at most when there is time', () => {
    const segment = new FakeSegment()
    segment.server.leaseSeconds = 7200
    segment.pass(1)
    segment.server.silence()
    segment.news()
    segment.pass(7300)
    const asked = segment.news().filter((line) => line.includes(rebinding))
    const seconds = asked.map((line) => Number(line.split(' ')[0]))
    const waits = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0))
    // T2 comes when it comes.
    expect(waits.filter((wait) => wait < 60)).toHaveLength(1)
    expect(waits.length).toBeGreaterThan(8)
  })

  test('goes on at the first answer while it asks its server', () => {
    const segment = deserted(90)
    expect(segment.client.phase).toBe('renewing')
    segment.server.wake()
    expect(segment.pass(10).news()).toEqual([`93.4 ${renewal}`, '93.4 extended 10.1.2.3/24'])
    expect(segment.client.phase).toBe('bound')
    expect(segment.leases.at(-1)?.sinceMs).toBeCloseTo(93_375, -2)
  })

  test('goes on at the first answer of anybody while it asks everybody', () => {
    const segment = deserted(106)
    expect(segment.client.phase).toBe('rebinding')
    segment.server.wake()
    segment.server.change = (answer) => withOptions(answer, { 54: otherServer })
    expect(segment.pass(10).news()).toEqual([`112.5 ${rebinding}`, '112.5 extended 10.1.2.3/24'])
    expect(String(segment.leases.at(-1)?.server)).toBe('10.1.2.9')
  })

  test('passes over answers of others while it asks its server', () => {
    const segment = deserted(60)
    const asked = segment.messages.at(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    for (const type of ['ack', 'nak', 'offer'] as const) {
      segment.deliver(withOptions(segment.server.reply(asked, type), { 54: otherServer }))
    }
    expect([segment.client.phase, segment.news()]).toEqual(['renewing', []])
  })

  test('passes over all answers when it has asked nothing', () => {
    const segment = bound()
    const asked = segment.messages.at(-1)
    if (asked === undefined) throw new Error('nothing was asked for')
    for (const type of ['offer', 'ack', 'nak'] as const) {
      segment.deliver(segment.server.reply(asked, type))
    }
    segment.deliverArp('10.1.2.3')
    expect([segment.client.phase, segment.news()]).toEqual(['bound', []])
  })

  test('passes over extensions that are of no use', () => {
    const segment = deserted(59)
    segment.server.wake()
    segment.server.change = (answer) => withOptions(answer, { 51: new Uint8Array(4) })
    segment.pass(30)
    segment.server.change = (answer) => ({
      ...withOptions(answer, { 1: undefined }),
      yourAddress: parseIpAddress('10.1.2.4'),
    })
    segment.pass(11)
    expect(segment.client.phase).toBe('renewing')
  })

  test.each([
    ['its server', 59, renewal],
    ['everybody', 106, rebinding],
  ])('lets go of it at the first no while it asks %s', (_, second, asking) => {
    const segment = deserted(second)
    segment.server.wake()
    segment.server.refuses = true
    const story = segment
      .pass(40)
      .news()
      .map((line) => line.replace(/^[0-9.]+ /, ''))
    expect(story.slice(0, 3)).toEqual([asking, 'lost 10.1.2.3/24: refused', discover])
    expect(segment.client.lease).toBeUndefined()
  })

  test('never asks for one without end', () => {
    const segment = new FakeSegment()
    segment.server.leaseSeconds = 0xffffffff
    segment.pass(1).news()
    expect([segment.pass(1e9).news(), segment.hasAlarm]).toEqual([[], false])
  })

  test('renews one of a hundred days in time', () => {
    const segment = new FakeSegment()
    segment.server.leaseSeconds = 8_640_000
    segment.pass(1).news()
    const [asked = ''] = segment.pass(4_320_000).news()
    expect(asked).toBe(`4212000 ${renewal}`)
  })

  test('is told by the server when to ask', () => {
    const segment = new FakeSegment()
    segment.server.change = (answer) =>
      withOptions(answer, { 58: uint32Bytes(5), 59: uint32Bytes(9) })
    segment.pass(1)
    segment.server.silence()
    segment.news()
    const [first, ...others] = segment.pass(10).news()
    expect(first).toBe(`4.9 ${renewal}`)
    expect(others).toContain(`9 ${rebinding}`)
  })

  test.each([
    [110, [rebinding]],
    [130, ['lost 10.1.2.3/24: expired', discoverAgain]],
  ])('that has slept until second %i is not confused', (second, expected) => {
    const segment = bound()
    segment.server.silence()
    segment.nowMs = second * 1000
    expect(segment.pass(0.5).news()).toEqual(expected.map((line) => `${second} ${line}`))
  })
})
