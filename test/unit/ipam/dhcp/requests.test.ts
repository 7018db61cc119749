import { describe, expect, test } from 'vitest'
import type { ClientSettings } from '#ipam/dhcp/client/settings.ts'
import type { DhcpMessage } from '#ipam/dhcp/message/message.ts'
import { findMessageType } from '#ipam/dhcp/message/option-values.ts'
import { decodeUdpPacket } from '#ipam/dhcp/packet/udp-packet.ts'
import { optionsOf } from './arbitraries.ts'
import { clientMac, FakeSegment } from './fake-segment.ts'

const conflictProbe = { count: 1, intervalMs: 50 }

/** Every kind of message that a client sends, by what it sends it for. */
function allMessages(changes: Partial<ClientSettings> = {}) {
  const segment = new FakeSegment({ ...changes, conflictProbe })
  segment.pass(0.01).deliverArp('10.1.2.3')
  segment.pass(15)
  const before = segment.leases[0]
  segment.server.silence()
  segment.pass(110).client.release()
  const [discover, selecting, decline] = segment.messages
  const [renewing] = segment.messages.filter(isExtension)
  const rebinding = segment.messages.filter(isExtension).at(-1)
  const released = segment.messages.at(-1)
  const rebooted = new FakeSegment(changes, { isLinkUp: true, ...(before && { lease: before }) })
  const [rebooting] = rebooted.messages
  return { discover, selecting, decline, renewing, rebinding, rebooting, released, segment }
}

function isExtension({ options, clientAddress }: DhcpMessage): boolean {
  return findMessageType(options) === 'request' && clientAddress.value !== 0n
}

/** `ciaddr`, and the options in hexadecimal by their codes. */
function told(message: DhcpMessage | undefined) {
  const options = [...(message?.options ?? [])].map(
    ([code, value]) => [code, Buffer.from(value).toString('hex')] as const,
  )
  const from = message?.clientAddress.toString()
  return { ...(from !== '0.0.0.0' && { from }), ...Object.fromEntries(options) }
}

const [address, server, identifier] = ['0a010203', '0a010201', '0061']
const wishes = { 55: '0301', 57: '05dc', 61: identifier }

describe('the messages of RFC 2131 table 5', () => {
  test('have their options and addresses', () => {
    const messages = allMessages()
    expect(told(messages.discover)).toEqual({ 53: '01', ...wishes })
    expect(told(messages.selecting)).toEqual({ 53: '03', 50: address, 54: server, ...wishes })
    expect(told(messages.rebooting)).toEqual({ 53: '03', 50: address, ...wishes })
    expect(told(messages.renewing)).toEqual({ 53: '03', from: '10.1.2.3', ...wishes })
    expect(told(messages.rebinding)).toEqual({ 53: '03', from: '10.1.2.3', ...wishes })
    expect(told(messages.decline)).toEqual({ 53: '04', 50: address, 54: server, 61: identifier })
    expect(told(messages.released)).toEqual({
      53: '07',
      54: server,
      61: identifier,
      from: '10.1.2.3',
    })
    for (const message of messages.segment.messages) {
      expect(message).toMatchObject({ sender: 'client', mac: clientMac, wantsBroadcast: false })
    }
  })

  test('ask servers to broadcast only as long as the client has no address', () => {
    const { segment, ...messages } = allMessages({ wantsBroadcast: true })
    const wanting = Object.entries(messages).filter(([, message]) => message?.wantsBroadcast)
    expect(wanting.map(([name]) => name)).toEqual(['discover', 'selecting', 'rebooting'])
  })

  test('have what is provided, and its identifier in every one', () => {
    const provided = optionsOf({ 12: '70', 55: '79', 61: '42', 82: '01' })
    const messages = allMessages({ provided })
    const expected = { 12: '70', 55: '79', 57: '05dc', 61: '42', 82: '01' }
    expect(told(messages.discover)).toEqual({ 53: '01', ...expected })
    expect(told(messages.rebinding)).toEqual({ 53: '03', from: '10.1.2.3', ...expected })
    expect(told(messages.decline)).toEqual({ 53: '04', 50: address, 54: server, 61: '42' })
    expect(told(messages.released)).toMatchObject({ 61: '42' })
    expect(told(messages.released)).not.toHaveProperty('12')
  })

  test.each([
    [1400, '0578'],
    [9000, '05dc'],
    [68, '0240'],
  ])('allow answers that a link with an MTU of %i takes', (mtu, expected) => {
    expect(told(allMessages({ mtu }).discover)).toMatchObject({ 57: expected })
  })

  test('come from the address that the client has, and go to everybody or to its server', () => {
    const { segment } = allMessages()
    const headers = segment.packets
      .filter(({ etherType }) => etherType === 0x0800)
      .map(({ payload, destination: mac = 'all' }) => {
        const packet = decodeUdpPacket(payload, { port: 67, isChecksumPending: false })
        return `${packet.source}:${packet.sourcePort} ${packet.destination} ${mac}`
      })
    expect([...new Set(headers)]).toEqual([
      '0.0.0.0:68 255.255.255.255 all',
      '10.1.2.3:68 10.1.2.1 02:00:00:00:00:01',
      '10.1.2.3:68 255.255.255.255 all',
    ])
  })
})
