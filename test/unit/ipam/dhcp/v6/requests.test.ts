import { expect, test } from 'vitest'
import { encodeMessage6 } from '#ipam/dhcp/v6/message/message.ts'
import type { MessageType6 } from '#ipam/dhcp/v6/message/option-codes.ts'
import { bytesOf } from '#test/unit/ipam/dhcp/arbitraries.ts'
import { bound, FakeSegment6 } from './fake-segment.ts'

/** Every kind of message that a client sends. */
function allMessages(): FakeSegment6[] {
  const kept = bound()
  kept.server.silence()
  kept.pass(100).client.release()
  const [lease] = kept.leases
  const resumed = new FakeSegment6({ requested: [24] }, lease && { lease }).pass(1)
  resumed.client.decline({ hasBudget: true })
  return [kept, resumed, new FakeSegment6({ requested: [] }).pass(2)]
}

const client = '0001 000a 00030001020000000021'
const server = '0002 0003 000341'
const empty = '0003 000c 00000021 00000000 00000000'
const address = '0005 0018 fd000000000000000000000000000003 00000000 00000000'
const ours = `0003 0028 00000021 00000000 00000000 ${address}`
const elapsed = '0008 0002 0000'

test.each([
  ['solicit', `01 ${client} ${empty} 0006 0006 0017 0018 0052 ${elapsed} 000e 0000`],
  ['request', `03 ${client} ${server} ${ours} 0006 0002 0052 ${elapsed}`],
  ['confirm', `04 ${client} ${ours} ${elapsed}`],
  ['renew', `05 ${client} ${server} ${ours} 0006 0006 0017 0018 0052 ${elapsed}`],
  ['rebind', `06 ${client} ${ours} 0006 0006 0017 0018 0052 ${elapsed}`],
  ['release', `08 ${client} ${server} ${ours} ${elapsed}`],
  ['decline', `09 ${client} ${server} ${ours} ${elapsed}`],
] as const)('a %s has what RFC 8415 section 18.2 demands', (type, layout) => {
  const [type16, ...rest] = encodeMessage6(firstOf(type))
  const [, , , ...options] = rest
  expect(Uint8Array.of(type16 ?? 0, ...options)).toEqual(bytesOf(layout))
})

test('a SOLICIT allows no grant at once where none is wanted, and wants no more than it is told', () => {
  const [solicit] = new FakeSegment6({ requested: [82] }).messages
  expect(solicit?.options.has(14)).toBe(false)
  expect(solicit?.options.get(6)).toEqual(Uint8Array.of(0, 82))
})

test('all messages go to all servers of the link', () => {
  for (const { packets } of allMessages()) {
    for (const { destination, payload } of packets) {
      expect(destination).toBe('33:33:00:01:00:02')
      const [source, target] = [
        'fe800000000000000000000000000021',
        'ff020000000000000000000000010002',
      ]
      expect(payload.subarray(8, 44)).toEqual(bytesOf(`${source} ${target} 0222 0223`))
    }
  }
})

function firstOf(type: MessageType6) {
  const messages = allMessages().flatMap((segment) => segment.messages)
  const message = messages.find((each) => each.type === type)
  if (message === undefined) throw new Error(`no ${type} was sent`)
  return message
}
